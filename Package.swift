// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "dray",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "dray", targets: ["dray"]),
    .library(name: "ContainerImages", targets: ["ContainerImages"]),
    .library(name: "ImageModel", targets: ["ImageModel"]),
    .library(name: "FileAccess", targets: ["FileAccess"]),
    .library(name: "Waiting", targets: ["Waiting"]),
    .library(name: "MachineConfiguration", targets: ["MachineConfiguration"]),
    .library(name: "HTTPAccess", targets: ["HTTPAccess"]),
    .library(name: "RegistryAuth", targets: ["RegistryAuth"]),
    .library(name: "RegistryClient", targets: ["RegistryClient"]),
    .library(name: "ImageArchive", targets: ["ImageArchive"]),
    .library(name: "ArchiveTools", targets: ["ArchiveTools"]),
    .library(name: "BlobTransfer", targets: ["BlobTransfer"]),
    .library(name: "ImageCopy", targets: ["ImageCopy"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "dray",
      dependencies: [
        "ArchiveTools", "BlobTransfer", "DrayMessages", "EngineClient", "FileAccess", "HTTPAccess", "ImageArchive",
        "ImageContents", "ImageCopy", "ImageLayers", "ImageLists", "ImageModel",
        "MachineConfiguration", "RegistryAuth", "RegistryClient", "RegistryServer", "TarFormat", "Waiting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "DrayMessages",
      dependencies: [
        "ArchiveTools", "BlobTransfer", "EngineClient", "FileAccess", "HTTPAccess", "ImageArchive", "ImageContents",
        "ImageCopy", "ImageLayers", "ImageLists", "ImageModel", "MachineConfiguration", "RegistryAuth",
        "RegistryClient", "RegistryServer",
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "ContainerImages",
      dependencies: [
        "HTTPAccess", "ImageCopy", "ImageModel", "RegistryClient", "Waiting",
        .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
        .product(name: "NIOCore", package: "swift-nio"),
      ]
    ),
    // Sees what another package would see.
    .executableTarget(
      name: "examples", dependencies: ["ContainerImages", "ImageCopy", "ImageModel"], path: "Examples",
      packageAccess: false),
    .target(
      name: "RegistryServer",
      dependencies: [
        "ArchiveTools", "BlobTransfer", "FileAccess", "HTTPAccess", "ImageArchive", "ImageCopy", "ImageLists",
        "ImageModel", "RegistryAuth", "RegistryClient", "Waiting",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "ImageStores",
      dependencies: [
        "BlobTransfer", "FileAccess", "HTTPAccess", "ImageArchive", "ImageModel", "RegistryClient", "Waiting",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "ImageCopy",
      dependencies: [
        "ArchiveTools", "BlobTransfer", "EngineClient", "FileAccess", "HTTPAccess", "ImageArchive", "ImageContents",
        "ImageModel", "ImageStores", "MachineConfiguration", "RegistryAuth", "RegistryClient", "Waiting",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "ArchiveTools",
      dependencies: [
        "BlobTransfer", "FileAccess", "ImageArchive", "ImageContents", "ImageLayers", "ImageModel", "Waiting",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "ImageContents",
      dependencies: [
        "BlobTransfer", "FileAccess", "ImageArchive", "ImageLayers", "ImageModel", "ImageStores", "TarFormat",
        "Waiting",
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "BlobTransfer",
      dependencies: [
        "ImageModel", "Waiting",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]
    ),
    .target(
      name: "EngineClient",
      dependencies: [
        "FileAccess", "ImageModel", "Waiting",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "ImageArchive",
      dependencies: [
        "FileAccess", "ImageModel", "TarFormat", "Waiting",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "ImageLayers",
      dependencies: [
        "CRootFolder", "CZlib", "CZstd", "FileAccess", "ImageModel", "TarFormat",
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(name: "ImageLists", dependencies: ["CYaml", "ImageModel"]),
    .target(
      name: "FileAccess",
      dependencies: ["CFileAllocation", "CFileCopy", .product(name: "SystemPackage", package: "swift-system")]
    ),
    .target(name: "TarFormat"),
    .target(
      name: "Waiting",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      ]
    ),
    .target(name: "CFileAllocation"),
    .target(name: "CFileCopy"),
    .target(name: "CRootFolder"),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CYaml", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .target(
      name: "MachineConfiguration",
      dependencies: ["FileAccess", "ImageModel", .product(name: "SystemPackage", package: "swift-system")]
    ),
    .target(
      name: "HTTPAccess",
      dependencies: [
        "CZlib", "FileAccess", "ImageModel", "Waiting",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "RegistryAuth",
      dependencies: [
        "FileAccess", "HTTPAccess", "ImageModel", "MachineConfiguration", "Waiting",
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .target(
      name: "RegistryClient",
      dependencies: [
        "HTTPAccess", "ImageModel", "MachineConfiguration", "RegistryAuth", "Waiting",
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]
    ),
    .target(
      name: "ImageModel",
      dependencies: [.product(name: "Crypto", package: "swift-crypto")]
    ),
    .target(
      name: "WatchedPrograms",
      dependencies: [
        "CLibrary",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/WatchedPrograms"
    ),
    .target(
      name: "ScriptedServer",
      dependencies: [
        "CLibrary", "SeededRandom", "WatchedPrograms",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/ScriptedServer"
    ),
    .target(name: "CLibrary", path: "Tests/CLibrary"),
    .target(name: "SeededRandom", path: "Tests/SeededRandom"),
    .target(
      name: "TemporaryFolders",
      dependencies: ["CLibrary", .product(name: "SystemPackage", package: "swift-system")],
      path: "Tests/TemporaryFolders"
    ),
    .target(name: "HandmadeTar", path: "Tests/HandmadeTar"),
    .target(
      name: "PullScenes",
      dependencies: [
        "ArchiveTools", "CLibrary", "HTTPAccess", "ImageArchive", "ImageCopy", "ImageModel",
        "RegistryAuth", "RegistryClient", "ScriptedServer", "Waiting", "WatchedPrograms",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/PullScenes"
    ),
    .target(name: "ManualClocks", path: "Tests/ManualClocks"),
    .target(
      name: "MemoryStores",
      dependencies: ["ImageModel", "ImageStores", "Waiting", .product(name: "NIOCore", package: "swift-nio")],
      path: "Tests/MemoryStores"
    ),
    .target(
      name: "ClientScenes",
      dependencies: [
        "HTTPAccess", "ImageModel", "RegistryAuth", "RegistryClient", "ScriptedServer", "Waiting", "WatchedPrograms",
      ],
      path: "Tests/ClientScenes"
    ),
    .target(
      name: "ParserFuzz",
      dependencies: [
        "HTTPAccess", "ImageArchive", "ImageLayers", "ImageLists", "ImageModel", "MachineConfiguration", "RegistryAuth",
        "RegistryClient", "SeededRandom", "TarFormat",
      ],
      path: "Tests/ParserFuzz"
    ),
    .target(
      name: "ArchiveFuzz",
      dependencies: [
        "CLibrary", "ImageArchive", "ImageLayers", "ImageModel", "TarFormat",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/ArchiveFuzz",
      exclude: ["Corpus"]
    ),
    .executableTarget(name: "fuzz", dependencies: ["CLibrary", "ParserFuzz"], path: "Tests/Fuzz"),
    .testTarget(name: "ParserFuzzTests", dependencies: ["ArchiveFuzz", "ParserFuzz", "SeededRandom"]),
    .testTarget(
      name: "EngineClientTests",
      dependencies: [
        "CLibrary", "EngineClient", "ImageModel", .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .testTarget(
      name: "BlobTransferTests",
      dependencies: [
        "BlobTransfer", "ImageModel", "ManualClocks", "SeededRandom", "Waiting",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]
    ),
    .testTarget(
      name: "WaitingTests",
      dependencies: ["ManualClocks", "Waiting", .product(name: "NIOPosix", package: "swift-nio")]
    ),
    .testTarget(
      name: "ContainerImagesTests",
      dependencies: [
        "ContainerImages", "ImageCopy", "ImageModel", "RegistryClient", "ScriptedServer", "TemporaryFolders",
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .testTarget(
      name: "RegistryServerTests",
      dependencies: [
        "FileAccess", "HandmadeTar", "HTTPAccess", "ImageArchive", "ImageCopy", "ImageModel", "MachineConfiguration",
        "ManualClocks", "PullScenes", "RegistryAuth", "RegistryServer", "ScriptedServer", "SeededRandom",
        "TemporaryFolders", "Waiting", "WatchedPrograms",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .testTarget(name: "ImageModelTests", dependencies: ["ImageModel", "SeededRandom"]),
    .testTarget(
      name: "MachineConfigurationTests",
      dependencies: [
        "ImageModel", "MachineConfiguration", "SeededRandom",
      ]),
    .testTarget(
      name: "HTTPAccessTests",
      dependencies: [
        "CLibrary", "FileAccess", "HTTPAccess", "ImageModel", "ScriptedServer", "SeededRandom", "Waiting",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .testTarget(
      name: "RegistryAuthTests",
      dependencies: [
        "ClientScenes", "CLibrary", "FileAccess", "HTTPAccess", "ImageModel", "MachineConfiguration", "ManualClocks",
        "RegistryAuth", "RegistryClient", "ScriptedServer", "SeededRandom",
      ]
    ),
    .testTarget(
      name: "RegistryClientTests",
      dependencies: [
        "ClientScenes", "FileAccess", "HTTPAccess", "ImageModel", "MachineConfiguration", "ManualClocks",
        "RegistryAuth", "RegistryClient", "ScriptedServer", "TemporaryFolders", "Waiting", "WatchedPrograms",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .testTarget(
      name: "ImageArchiveTests",
      dependencies: [
        "CLibrary", "FileAccess", "HandmadeTar", "ImageArchive", "ImageModel", "SeededRandom", "TarFormat",
        "TemporaryFolders", "WatchedPrograms",
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .testTarget(
      name: "FileAccessTests",
      dependencies: ["FileAccess", "TemporaryFolders", .product(name: "SystemPackage", package: "swift-system")]
    ),
    .testTarget(name: "ImageListsTests", dependencies: ["ImageLists", "ImageModel", "SeededRandom"]),
    .testTarget(
      name: "ImageLayersTests",
      dependencies: [
        "CLibrary", "ImageLayers", "ImageModel", "SeededRandom", "TarFormat", "WatchedPrograms",
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .testTarget(
      name: "ImageContentsTests",
      dependencies: [
        "HandmadeTar", "ImageContents", "ImageLayers", "ImageModel", "ImageStores", "MemoryStores", "Waiting",
        .product(name: "NIOCore", package: "swift-nio"),
      ]
    ),
    .testTarget(
      name: "ArchiveToolsTests",
      dependencies: [
        "ArchiveTools", "BlobTransfer", "ImageArchive", "ImageCopy", "ImageModel", "PullScenes", "ScriptedServer",
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .testTarget(
      name: "ImageCopyTests",
      dependencies: [
        "ArchiveTools", "BlobTransfer", "CLibrary", "EngineClient", "HandmadeTar", "HTTPAccess", "ImageArchive",
        "ImageCopy", "ImageModel", "ImageStores", "MachineConfiguration", "ManualClocks", "MemoryStores", "PullScenes",
        "RegistryAuth", "RegistryClient", "ScriptedServer", "TemporaryFolders", "Waiting", "WatchedPrograms",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .testTarget(
      name: "ImageSyncTests",
      dependencies: ["ImageCopy", "ImageModel", "PullScenes", "RegistryClient", "ScriptedServer"]
    ),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "CLibrary", "dray", "HandmadeTar", "ImageCopy", "ImageModel", "MachineConfiguration",
        "RegistryAuth", "RegistryClient", "ScriptedServer", "SeededRandom", "WatchedPrograms",
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
    .testTarget(
      name: "ScriptedServerTests",
      dependencies: [
        "ScriptedServer", "WatchedPrograms",
        .product(name: "NIOPosix", package: "swift-nio"),
      ]
    ),
    .testTarget(name: "DrayMessagesTests", dependencies: ["CLibrary", "DrayMessages", "ImageModel", "RegistryServer"]),
    .testTarget(
      name: "DrayTests",
      dependencies: [
        "ArchiveTools", "BlobTransfer", "CLibrary", "dray", "DrayMessages", "EngineClient", "FileAccess", "HTTPAccess",
        "ImageArchive", "ImageContents", "ImageCopy", "ImageLayers", "ImageLists", "ImageModel",
        "MachineConfiguration", "RegistryAuth", "RegistryClient", "RegistryServer", "ScriptedServer", "SeededRandom",
        "WatchedPrograms",
        .product(name: "SystemPackage", package: "swift-system"),
      ]
    ),
  ],
  swiftLanguageModes: [.v6]
)
