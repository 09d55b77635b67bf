import ArchiveTools
import HTTPAccess
import ImageArchive
import ImageModel
import MachineConfiguration
import RegistryAuth
import RegistryClient

/// Something worth knowing that does not end a pull. The words for people are made where they are shown.
public enum PullWarning: Sendable, Hashable {
  /// The reference has a tag and a digest: the digest decides, the tag is only a label.
  case digestWins(ImageReference)
  /// The image's config names another platform than the one asked for.
  case platformDiffers(wanted: Platform, found: Platform)
  /// The config lists another number of layers than the manifest, or none: some engines will refuse the image.
  case configDoesNotMatchLayers(layers: Int, diffIDs: Int)
  /// A `Warning` header of the registry (distribution-spec "warnings"), as the server wrote it.
  case fromRegistry(host: String, text: String)
  /// Credentials and bytes go unencrypted to this host.
  case plainHTTP(host: String)
  /// A source served wrong bytes for a blob and is not asked for it again.
  case wrongBytes(host: String, digest: Digest)
  /// A file on disk has other bytes for a blob than its digest promises; the blob is fetched.
  case wrongCopy(path: String, digest: Digest)
  /// An archive of the same images is damaged or cannot be read, and its blobs are fetched.
  case unusableArchive(ArchiveError)
  /// A mirror failed and is not asked again in this run.
  case mirrorDropped(host: String, MirrorFault)
  /// A mirror lacks this image or parts of it, which come from elsewhere. Told once for each mirror.
  case mirrorIncomplete(host: String)
  /// Credentials were not accepted; what the registry gives, it gives to everybody.
  case anonymousInstead(host: String, origin: CredentialOrigin)
  /// The layers were written anew, and so was the manifest: it has another digest than in the registry.
  case digestChanged(former: Digest, now: Digest)
  /// Something that came along and is not in what was written.
  case leftOut(LeftOutContent)
  /// A folder had the name of a blob in a layout; what was in it is at this path now.
  case movedAside(path: String)
  /// Layers are in zstd, which older engines do not read, in an archive that is made for them too.
  case zstdLayers
  /// An unfinished file of another image or of an unknown form was found and not used.
  case unusableJournal(path: String)
  /// The file system has no locks: nothing keeps another process from the same unfinished file.
  case notLocked(path: String)
  /// The bases have no layer of the image at its bottom: the archive is whole.
  case nothingInBase
  /// Layers are left out by their diff ids alone: the delta is for stores that know layers by these.
  case deltaByDiffID
  /// The file's name asks for a compression, and the archive is written without: its layers are compressed.
  case plainArchive(path: String)
  /// The name that the image has after loading begins with an IPv6 address, which most engines take for no name.
  case addressInName(ImageReference)
  /// The machine's configuration has a fault that does not concern the image.
  case passedOver(ConfigurationError)
  /// Something about one of several images, which the warning itself does not name.
  indirect case ofImage(ImageReference, PullWarning)
}

extension PullWarning {
  /// The warning with the image that it is about, where its words do not say it.
  func about(_ reference: ImageReference) -> PullWarning {
    switch self {
    case .platformDiffers, .configDoesNotMatchLayers: .ofImage(reference, self)
    default: self
    }
  }
}

/// What is wrong with a mirror.
public enum MirrorFault: Sendable, Hashable {
  /// What befell a request, and what the mirror said to it.
  case registry(RegistryFailure, answer: ServerAnswer? = nil)
  /// Its manifest is none that is understood.
  case manifest(ManifestError)
  /// It is far slower than the others.
  case slow
}
