import RegistryServer
import SystemPackage

extension CertificateError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .chain(let path):
      Phrase("no certificates can be read from '\(whole: path.string)'", chinese: "无法从 “\(whole: path.string)” 读取证书")
    case .key(let path):
      Phrase("no private key can be read from '\(whole: path.string)'", chinese: "无法从 “\(whole: path.string)” 读取私钥")
    case .mismatch(let chain, let key):
      Phrase(
        "the certificate '\(whole: chain.string)' and the key '\(whole: key.string)' do not belong together",
        chinese: "证书 “\(whole: chain.string)” 与私钥 “\(whole: key.string)” 不匹配")
    case .authority(let path):
      Phrase(
        "'\(whole: path.string)' does not hold the key and the certificate of an authority that dray serve made",
        chinese: "“\(whole: path.string)” 中不是 dray serve 生成的证书颁发机构的私钥和证书")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .chain, .key:
      Phrase("both are PEM files that this user can read", chinese: "两者均为当前用户可读的 PEM 文件")
    case .mismatch: nil
    case .authority:
      Phrase(
        "choose another --tls-folder, or remove the file: clients then have to trust a new authority",
        chinese: "请用 --tls-folder 换一个目录，或删除该文件：之后客户端须信任新的证书颁发机构")
    }
  }
}
