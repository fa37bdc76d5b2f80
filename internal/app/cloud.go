package app

// The key services and object stores that TRADEWIND_KEEPER and TRADEWIND_ARCHIVE_URL
// can name. They are linked in here and nowhere else.
import (
	_ "time/tzdata" // the companies' time zones, where the system has none

	_ "gocloud.dev/blob/azureblob"        // azblob://
	_ "gocloud.dev/blob/gcsblob"          // gs://
	_ "gocloud.dev/blob/s3blob"           // s3://
	_ "gocloud.dev/secrets/awskms"        // awskms://
	_ "gocloud.dev/secrets/azurekeyvault" // azurekeyvault://
	_ "gocloud.dev/secrets/gcpkms"        // gcpkms://
	_ "gocloud.dev/secrets/hashivault"    // hashivault://
)
