import Testing

/// The image of Tests/RealParts/image that has files of every kind.
private func filesLayout() async throws -> String { try await RealPart.image.run(["files"]) }

extension RealPartsTests {
  @Suite("The files of archived images", .serialized)
  struct ContentsTests {
    @Test(
      "T109: what ls shows is what umoci unpacks: paths, kinds, modes, owners, sizes, links", .timeLimit(.minutes(5)))
    func umoci() async throws {
      let layout = try await filesLayout()
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          umoci unpack --image "$LAYOUT:latest" bundle >/dev/null
          cd bundle/rootfs
          find . -mindepth 1 ! -type d -printf '%M %U:%G %P -> %l|%s|%y\\n' -o -mindepth 1 -type d -printf '%M %U:%G %P -> |0|d\\n' |
            sed -E 's/^(.*) -> \\|/\\1|/; s/\\|[0-9]+\\|[^f]$/|-/; s/\\|f$//' | LC_ALL=C sort >../../theirs
          cd ../..
          "$DRAY" ls "$LAYOUT" --image latest -r --json | python3 -c '
          import json, sys, stat
          kinds = {"file": stat.S_IFREG, "directory": stat.S_IFDIR, "symlink": stat.S_IFLNK, "fifo": stat.S_IFIFO,
            "char-device": stat.S_IFCHR, "block-device": stat.S_IFBLK}
          for line in sys.stdin:
            f = json.loads(line)
            target = " -> " + f["target"] if "target" in f else ""
            size = f["size"] if f["type"] == "file" else "-"
            mode = stat.filemode(kinds[f["type"]] | int(f["mode"], 8))
            print("%s %d:%d %s%s|%s" % (mode, f["uid"], f["gid"], f["path"][1:], target, size))
          ' | LC_ALL=C sort >ours
          diff theirs ours && wc -l <ours
          """, ["LAYOUT": layout])
        #expect(lines.count == 1 && (Int(lines[0]) ?? 0) > 280, "\(lines.prefix(20))")
      }
    }

    @Test("the same files, whoever wrote the archive", .timeLimit(.minutes(10)))
    func writers() async throws {
      let layout = try await filesLayout()
      try await Dray.scene { dray in
        _ = try await dray.shell(
          """
          skopeo copy --quiet "oci:$LAYOUT:latest" docker-archive:skopeo.tar:team/files:1
          skopeo copy --quiet "oci:$LAYOUT:latest" oci-archive:layout.tar:team/files:1
          skopeo copy --quiet --dest-compress-format zstd "oci:$LAYOUT:latest" oci:zstd:latest
          mkdir volumes; split -b 300k -d -a 3 --numeric-suffixes=1 layout.tar volumes/layout.tar.
          """, ["LAYOUT": layout])
        var archives = ["skopeo.tar", "layout.tar", "zstd", "./volumes/layout.tar.001"]
        for kind in [ContainerEngine.Kind.docker, .podman] {
          try await ContainerEngine.run(kind, in: dray) { engine in
            _ = try await engine.load(dray.folder.appending("skopeo.tar").string)
            let name = try #require(try await engine.images().first)
            try await engine.save(name, to: dray.folder.appending("\(kind.rawValue).tar").string)
          }
          archives.append("\(kind.rawValue).tar")
        }
        let expected = try await dray.run(["ls", layout, "--image", "latest", "-r"])
        #expect(expected.code == 0, "\(expected.errors)")
        #expect(expected.output.split(separator: "\n").count > 280)
        for archive in archives {
          let listed = try await dray.run(["ls", archive, "-r"])
          #expect(listed.code == 0, "\(archive): \(listed.errors)")
          #expect(listed.output == expected.output, "\(archive)")
          let file = try await dray.run(["cat", "\(archive):/etc/alias/link"])
          #expect(file.code == 0 && file.output == "shared\n", "\(archive): \(file.errors)")
        }
      }
    }

    @Test(
      "ls shows a folder, a file, a link to a folder; cat follows links within the image; both say what is not there")
    func paths() async throws {
      let layout = try await filesLayout()
      try await Dray.scene { dray in
        let folder = try await dray.run(["ls", layout, "etc/alias", "--image", "latest"])
        #expect(
          folder.output == """
            lrwxrwxrwx 0:0                0 1970-01-01T00:00:00Z   2 /etc/app/link -> ../../../../usr/bin/shared
            -rw-r--r-- 0:0                4 1970-01-01T00:00:00Z   3 /etc/app/one
            -rw-r--r-- 0:0                4 1970-01-01T00:00:00Z   2 /etc/app/two

            """, "\(folder.errors)")
        let file = try await dray.run(["ls", layout, "/usr/sbin/../bin/shared", "--image", "latest"])
        #expect(file.output == "-rwsr-xr-x 0:0                7 1970-01-01T00:00:00Z   2 /usr/bin/shared\n")
        let link = try await dray.run(["ls", layout, "/etc/app/link", "--image", "latest", "--json"])
        #expect(link.output.contains(#""target":"../../../../usr/bin/shared","type":"symlink""#))

        for (path, content) in [
          ("etc/app/one", "ONE\n"), ("/usr/bin/again", "shared\n"), ("/usr/sbin/shared", "shared\n"),
        ] {
          let printed = try await dray.run(["cat", "\(layout):\(path)", "--image", "latest"])
          #expect(printed.code == 0 && printed.output == content, "\(path): \(printed.errors)")
        }
        let sparse = try await dray.shell(
          #""$DRAY" cat "$LAYOUT:var/sparse" --image next | sha256sum; truncate -s 4M s; printf x | dd of=s bs=1 seek=3000000 conv=notrunc status=none; sha256sum <s"#,
          ["LAYOUT": layout])
        #expect(sparse.count == 2 && sparse[0] == sparse[1])

        for arguments in [["cat", "\(layout):/etc/app/gone"], ["ls", layout, "/opt/old"]] {
          let missing = try await dray.run(arguments + ["--image", "latest"])
          #expect(missing.code == 13, "\(missing.errors)")
          #expect(missing.errors.hasPrefix("error[not-found]: '\(layout)' does not contain '/"))
        }
        let directory = try await dray.run(["cat", "\(layout):/etc", "--image", "latest"])
        #expect(directory.code == 2 && directory.errors.contains("is not a regular file"))
      }
    }

    @Test("of several images one is named; of several platforms one is chosen")
    func choice() async throws {
      let layout = try await filesLayout()
      let platforms = try await RealPart.image.run(["platforms"])
      try await Dray.scene { dray in
        let several = try await dray.run(["ls", layout])
        #expect(several.code == 2 && several.errors.contains("holds 2 images: latest, next"), "\(several.errors)")
        let other = try await dray.run(["ls", layout, "--image", "other"])
        #expect(other.code == 13 && other.errors.contains("holds no image 'other'"), "\(other.errors)")
        let host = try await dray.run(["ls", platforms, "/bin/busybox"])
        #expect(host.code == 0, "\(host.errors)")
        let arm = try await dray.run(["ls", platforms, "/bin/busybox", "--platform", "linux/arm/v7"])
        #expect(arm.code == 0 && arm.output == host.output, "\(arm.errors)")
        let none = try await dray.run(["ls", platforms, "--platform", "linux/s390x"])
        #expect(none.code == 22 && none.errors.contains("it holds linux/amd64, linux/arm64, linux/arm/v7"))
      }
    }

    @Test("an archive, or a registry: what is there as a file is an archive, and a slash behind makes it a registry")
    func ambiguity() async throws {
      try await Dray.scene { dray in
        let missing = try await dray.run(["ls", "nginx.tar"])
        #expect(missing.code == 30, "\(missing.errors)")
        let option = try await dray.run(["ls", "localhost:1", "-r"])
        #expect(option.code == 2 && option.errors.contains("--recursive is for the files of an image"))
        _ = try await dray.shell("echo no archive >localhost")
        let file = try await dray.run(["ls", "localhost"])
        #expect(
          file.code == 2 && file.errors.contains("'localhost' is a file here, but not an image archive"),
          "\(file.errors)")
        let registry = try await dray.run(["ls", "localhost/", "--plain-http", "--stall-timeout", "1"])
        #expect(registry.errors.contains("localhost") && !registry.errors.contains("archive"), "\(registry.errors)")
      }
    }

    @Test("T104: a layer that is not the one of the config, and one that is damaged, are errors that name it")
    func damaged() async throws {
      let layout = try await filesLayout()
      try await Dray.scene { dray in
        _ = try await dray.shell(
          """
          skopeo copy --quiet "oci:$LAYOUT:latest" docker-archive:whole.tar:a/b:1
          mkdir x; tar -C x -xf whole.tar; layer=$(python3 -c 'import json; print(json.load(open("x/manifest.json"))[0]["Layers"][2])')
          chmod u+w -R x; tar -cf other.tar --mtime=@5 x/manifest.json; cp other.tar "x/$layer"; tar -C x -cf wrong.tar .
          head -c 700 other.tar >"x/$layer"; tar -C x -cf short.tar .
          rm "x/$layer"; tar -C x -cf missing.tar .
          rm -r x
          """, ["LAYOUT": layout])
        let wrong = try await dray.run(["ls", "wrong.tar"])
        #expect(wrong.code == 20 && wrong.errors.contains("unpacks to sha256:"), "\(wrong.errors)")
        let short = try await dray.run(["ls", "short.tar", "--json"])
        #expect(short.code == 20 && short.output.contains(#""class":"integrity""#), "\(short.output)")
        let missing = try await dray.run(["cat", "missing.tar:/etc/passwd"])
        #expect(missing.code == 20 && missing.errors.contains("hint: it may be a delta"), "\(missing.errors)")
      }
    }
  }
}
