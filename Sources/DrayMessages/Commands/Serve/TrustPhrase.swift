/// How clients come to trust the authority of a server's own.
package struct TrustPhrase: Phrased {
  private let file: String
  private let fingerprint: String
  private let authority: String

  /// - Parameters:
  ///   - file: the authority's certificate.
  ///   - fingerprint: its SHA-256.
  ///   - authority: of the server, as clients reach it: `10.0.0.5:5000`.
  package init(file: String, fingerprint: String, authority: String) {
    (self.file, self.fingerprint, self.authority) = (file, fingerprint, authority)
  }

  package var phrase: Phrase {
    Phrase(
      """
      Clients have to trust the authority that signs this server's certificates:
        \(whole: file)
        SHA-256 \(fingerprint)
      Take the file there, compare the fingerprint, and put it
        docker      into /etc/docker/certs.d/\(whole: authority)/ca.crt
        podman      into /etc/containers/certs.d/\(whole: authority)/ca.crt; skopeo looks there, too
        containerd  into /etc/containerd/certs.d/\(whole: authority)/ca.crt; in a hosts.toml add: ca = "ca.crt" with its full path
        browsers    into the authorities for websites: Firefox and Chrome have them in their settings under certificates
        everything  Debian, Ubuntu: /usr/local/share/ca-certificates/dray.crt, then update-ca-certificates
                    Fedora, RHEL: /etc/pki/ca-trust/source/anchors/dray.crt, then update-ca-trust
                    Windows: certutil -addstore Root FILE; macOS: double-click it, then always trust it
        commands    dray --ca-cert FILE; SSL_CERT_FILE=FILE for curl, crane and others
      """,
      chinese: """
        客户端须信任为本服务签发证书的证书颁发机构：
          \(whole: file)
          SHA-256 \(fingerprint)
        请把该文件复制到客户端，核对指纹，然后存放为
          docker      /etc/docker/certs.d/\(whole: authority)/ca.crt
          podman      /etc/containers/certs.d/\(whole: authority)/ca.crt；skopeo 同样适用
          containerd  /etc/containerd/certs.d/\(whole: authority)/ca.crt；使用 hosts.toml 时加一行 ca = "ca.crt 的完整路径"
          浏览器      在 Firefox 或 Chrome 设置的“证书”中，导入为可标识网站的证书颁发机构
          整个系统    Debian、Ubuntu：/usr/local/share/ca-certificates/dray.crt，再执行 update-ca-certificates
                      Fedora、RHEL：/etc/pki/ca-trust/source/anchors/dray.crt，再执行 update-ca-trust
                      Windows：certutil -addstore Root 文件；macOS：双击文件，再设为始终信任
          命令        dray --ca-cert 文件；curl、crane 等：SSL_CERT_FILE=文件
        """)
  }
}
