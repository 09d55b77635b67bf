import HTTPAccess
import ImageModel
import NIOHTTP1
import Waiting

extension EndpointClient {
  /// Fetches a range of a layer from an address in its descriptor (image-spec "Descriptors", `urls`): over HTTPS only,
  /// and never with credentials, whatever the answer asks for.
  ///
  /// - Throws: ``RegistryError``; what the receiver throws; `CancellationError`.
  package func foreignBlob(
    _ blob: Descriptor, at address: String, range: ByteRange, lane: Int?, receiver: any BlobReceiver
  ) async throws {
    guard let url = AbsoluteURL(parsing: address), url.origin.scheme == .https else {
      throw RegistryError(.foreignAddressRefused(String(address.prefix { $0 != "?" }.prefix(256))))
    }
    let isPartial = range.lowerBound > 0 || range.upperBound < blob.size
    var redirects = RedirectPolicy(from: url)
    var request = TransportRequest(
      .GET, url, headers: ["accept": "*/*", "accept-encoding": "identity"])
    request.lane = lane
    if isPartial { request.headers.add(name: "range", value: range.headerValue) }
    while true {
      let checker = RangeChecker(
        blob: blob, range: range, isPartial: isPartial, host: request.url.origin, receiver: receiver)
      let sorter = AnswerSorter(success: [200, 206], receiver: checker)
      let response = try await RegistryError.wrapping { try await transport.send(request, to: sorter) }
      if RedirectPolicy.isRedirect(response.status) {
        request.url = try await RegistryError.wrapping { try redirects.next(after: response) }
        continue
      }
      guard [200, 206].contains(response.status) else {
        throw unsuccessful(Answer(response: response, url: request.url, request: request, sorter: sorter))
      }
      return
    }
  }
}
