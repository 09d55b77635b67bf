import ImageModel

/// The domain that a registry's host stands directly under, where it is one owner's: `corp.local` for
/// `registry.corp.local`.
///
/// Under a public suffix everybody may have a name, so it is nobody's domain. The whole list of those
/// (publicsuffix.org) is not carried along: a parent of one label never counts, nor does one of two labels that a
/// country's registry sells under, nor one that belongs to a host of strangers' sites. What that misses costs a
/// `--trust-realm` where it is too strict; where it is too lax, a neighbour under a rare suffix could be named as a realm
/// by a registry that the password is for anyway.
struct ParentDomain: Sendable, Hashable {
  let name: String

  init?(of host: String) {
    guard IPAddress(parsing: host) == nil, let dot = host.firstIndex(of: ".") else { return nil }
    name = String(host[host.index(after: dot)...])
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, !labels.contains(""), !Self.isPublic(labels), !Self.isShared(name) else { return nil }
  }

  /// Whether the host is the domain itself or lies under it.
  func contains(_ host: String) -> Bool {
    host == name || host.hasSuffix("." + name)
  }

  /// `co.uk`, `com.cn`: a country and the kind of owner before it.
  private static func isPublic(_ labels: [Substring]) -> Bool {
    labels.count == 2 && labels[1].count == 2 && kinds.contains(labels[0])
  }

  private static let kinds: Set<Substring> = [
    "ac", "ad", "asn", "co", "com", "ed", "edu", "gen", "go", "gob", "gouv", "gov", "govt", "gr", "gv", "id", "idv",
    "in", "ind", "info", "kr", "lg", "ltd", "me", "mil", "ne", "net", "nhs", "nic", "nom", "or", "org", "oz", "plc",
    "police", "pp", "pro", "sch", "school", "web",
  ]

  /// Platforms that give names under theirs to whoever signs up, at whatever depth.
  private static func isShared(_ name: String) -> Bool {
    platforms.contains { name == $0 || name.hasSuffix("." + $0) }
  }

  private static let platforms = [
    "aliyuncs.com", "amazonaws.com", "amazonaws.com.cn", "appspot.com", "awsapprunner.com", "azure.com",
    "azurecontainer.io", "azurecontainerapps.io", "azurecr.io", "azureedge.net", "azurewebsites.net", "cloudfront.net",
    "ddns.net", "deno.dev", "duckdns.org", "dynv6.net", "firebaseapp.com", "fly.dev", "github.dev", "github.io",
    "gitlab.io", "googleusercontent.com", "herokuapp.com", "hf.space", "loca.lt", "myhuaweicloud.com", "myqcloud.com",
    "netlify.app", "ngrok.app", "ngrok.io", "ngrok-free.app", "nip.io", "no-ip.org", "ondigitalocean.app",
    "onrender.com",
    "pages.dev", "pkg.dev", "r2.dev", "railway.app", "readthedocs.io", "run.app", "sslip.io", "synology.me",
    "tencentcloudcr.com", "traefik.me", "trycloudflare.com", "ts.net", "vercel.app", "web.app", "windows.net",
    "workers.dev", "xip.io",
  ]
}
