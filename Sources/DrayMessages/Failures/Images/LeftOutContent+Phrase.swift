import ArchiveTools
import ImageCopy
import ImageModel

extension LeftOutContent: Phrased {
  package var phrase: Phrase {
    let name = "\(digest)"
    let what = platform.map { "\($0)" } ?? tag ?? type.rawValue
    return switch reason {
    case .layersRewritten:
      Phrase(
        "left out: \(name) (\(what)): it refers to the image before its layers were recompressed",
        chinese: "未带入：\(name)（\(what)），它针对的是重新压缩之前的镜像")
    case .form:
      Phrase(
        "left out: \(name) (\(what)): the docker format cannot hold it",
        chinese: "未带入：\(name)（\(what)），docker 格式无处存放")
    case .incomplete:
      Phrase(
        "left out: \(name) (\(what)): the archive does not contain all of it",
        chinese: "未带入：\(name)（\(what)），归档中的内容不完整")
    case .noImage:
      Phrase(
        "left out: \(name) (\(what)): it is not an image and belongs to none",
        chinese: "未带入：\(name)（\(what)），它不是镜像，也不属于任何镜像")
    }
  }
}
