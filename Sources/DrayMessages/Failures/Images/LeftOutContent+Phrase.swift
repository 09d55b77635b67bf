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
        "left out: \(name) (\(what)), which is about the image as it was before its layers were written anew",
        chinese: "未带入：\(name)（\(what)），它针对的是重新压缩之前的镜像")
    case .form:
      Phrase(
        "left out: \(name) (\(what)), for which the docker format has no place",
        chinese: "未带入：\(name)（\(what)），docker 格式无处存放")
    case .incomplete:
      Phrase(
        "left out: \(name) (\(what)), of which the archive does not hold everything",
        chinese: "未带入：\(name)（\(what)），归档中的内容不完整")
    case .noImage:
      Phrase(
        "left out: \(name) (\(what)), which is no image and belongs to none",
        chinese: "未带入：\(name)（\(what)），它不是镜像，也不属于任何镜像")
    }
  }
}
