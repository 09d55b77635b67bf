import Hummingbird
import NIOCore

/// What is known of the connection that a request came over.
struct ConnectionContext: InitializableFromSource {
  let client: SocketAddress?

  init(source: ApplicationRequestContextSource) {
    client = source.channel.remoteAddress
  }
}
