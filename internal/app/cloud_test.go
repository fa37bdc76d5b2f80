package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gocloud.dev/blob"
	"gocloud.dev/secrets"

	"tradewind/internal/app"
)

func TestTheRegionIsReadOutOfTheGateway(t *testing.T) {
	require.Equal(t, "eu1", app.Region("mingle-ionapi.eu1.inforcloudsuite.com"))
	require.Contains(t, app.Region("mingle-ionapi.inforcloudsuite.com"), "us1")
	require.Contains(t, app.Region("127.0.0.1"), "unknown")
}

func TestEveryDocumentedServiceIsLinkedIn(t *testing.T) {
	for _, scheme := range []string{"awskms", "gcpkms", "azurekeyvault", "hashivault"} {
		require.True(t, secrets.DefaultURLMux().ValidKeeperScheme(scheme), scheme)
	}
	for _, scheme := range []string{"s3", "gs", "azblob"} {
		require.True(t, blob.DefaultURLMux().ValidBucketScheme(scheme), scheme)
	}
}
