// Package devserver provides the local Temporal server of the demo and of the end-to-end tests.
//
// [Find] names a temporal CLI, and builds one when the machine has none. [Start] runs `temporal server start-dev` with
// the settings that were measured to be fast, waits until it serves, and ties it to the life of this process.
// [SetRetention] and [RegisterSearchAttributes] prepare a namespace, of the local server as of any other.
//
// The local server keeps its data in SQLite, has no access control and listens on 127.0.0.1 only. It is not meant for
// production.
package devserver
