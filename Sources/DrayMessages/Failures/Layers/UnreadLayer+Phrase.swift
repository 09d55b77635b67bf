import ImageLayers

extension UnreadLayer {
  /// What is said behind the name of the layer.
  package var phrase: Phrase {
    switch self {
    case .encrypted:
      Phrase("is encrypted: only the holder of its key can read it", chinese: "已加密：只有持有密钥者才能读取")
    case .erofs:
      Phrase(
        "is an EROFS file system, not a tar archive: only containerd with its EROFS snapshotter uses it",
        chinese: "是 EROFS 文件系统而非 tar 归档：只有启用 EROFS 快照器的 containerd 能使用")
    }
  }

  package var hint: Phrase {
    switch self {
    case .encrypted:
      Phrase(
        "decrypt the image first: skopeo copy --decryption-key KEY oci-archive:IN.tar oci-archive:OUT.tar",
        chinese: "请先解密镜像：skopeo copy --decryption-key KEY oci-archive:IN.tar oci-archive:OUT.tar")
    case .erofs:
      Phrase(
        "pull and convert keep such layers as they are; for other commands, use an image with tar layers",
        chinese: "pull 和 convert 会原样保留此类层；其他操作请使用采用 tar 层的镜像")
    }
  }
}
