package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gocloud.dev/blob"
	"gocloud.dev/secrets"

	_ "tradewind/internal/app"
)

func TestEveryDocumentedServiceIsLinkedIn(t *testing.T) {
	for _, scheme := range []string{"awskms", "gcpkms", "azurekeyvault", "hashivault"} {
		require.True(t, secrets.DefaultURLMux().ValidKeeperScheme(scheme), scheme)
	}
	for _, scheme := range []string{"s3", "gs", "azblob"} {
		require.True(t, blob.DefaultURLMux().ValidBucketScheme(scheme), scheme)
	}
}
