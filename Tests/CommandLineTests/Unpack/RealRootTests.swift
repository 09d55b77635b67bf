import Testing

extension RealPartsTests {
  @Suite("The root of a real image", .serialized)
  struct RealRootTests {
    @Test("A Debian root equals what umoci unpacks", .timeLimit(.minutes(10)))
    func umoci() async throws {
      try await Dray.scene { dray in
        let layout = try await RealPart.image.run(["debian"])
        let said = try await dray.rootScript(
          """
          umoci unpack --image '\(layout)':latest umoci >/dev/null 2>&1
          $DRAY unpack '\(layout)' dray
          # umoci gives a folder the time at which a later layer put something into it.
          times() { sed -E 's/^(etc d .*) [0-9.]+$/\\1/'; }
          listed umoci/rootfs | times > umoci.txt; listed dray | times > dray.txt; diff umoci.txt dray.txt; wc -l < dray.txt
          """)
        #expect((said.last.flatMap { Int($0) } ?? 0) > 5_000, "\(said)")
      }
    }

    @Test(
      "T358: docker imports what is exported of layers that put files into the same folder", .timeLimit(.minutes(5)))
    func imported() async throws {
      try await Dray.scene { dray in
        try await ContainerEngine.run(.docker, in: dray) { engine in
          let said = try await dray.rootScript(
            """
            mkdir -p one/etc two/etc; for file in one/etc/a one/z two/etc/b; do echo $file > $file; done
            tar -C one -cf 1.layer etc z; tar -C two -cf 2.layer etc/b; layout 1.layer 2.layer
            $DRAY export layout -o root.tar
            docker="docker --host unix://\(engine.folder)/docker.sock"; export DOCKER_CONFIG="$PWD"
            $docker import root.tar root:1 > imported; $docker save root:1 | tar -xO --wildcards '*/layer.tar' | tar -t | sort
            """)
          #expect(said == ["root.tar", "etc/", "etc/a", "etc/b", "z"])
        }
      }
    }

    @Test("A Debian root, exported, equals what docker exports", .timeLimit(.minutes(10)))
    func docker() async throws {
      try await Dray.scene { dray in
        let layout = try await RealPart.image.run(["debian"])
        let name = "harbor.example/team/debian:1.0"
        _ = try await dray.run(["convert", layout, "--as", name, "-o", "debian.tar"])
        try await ContainerEngine.run(.docker, in: dray) { engine in
          _ = try await engine.load(dray.folder.appending("debian.tar").string)
          let said = try await dray.rootScript(
            """
            docker="docker --host unix://\(engine.folder)/docker.sock"
            export DOCKER_CONFIG="$PWD"
            container=$($docker create --network none '\(name)')
            $docker export $container > docker.tar; $docker rm $container > /dev/null
            $DRAY export debian.tar -o dray.tar
            for who in docker dray; do
              mkdir $who.root; tar --numeric-owner -xpf $who.tar -C $who.root
              # What docker puts into a container for itself, and the times of the folders that it does that in.
              (cd $who.root; rm -rf .dockerenv etc/hosts etc/hostname etc/resolv.conf etc/mtab dev proc sys)
              listed $who.root | sed -E 's/^(etc d .*) [0-9.]+$/\\1/; s/\\.[0-9]+( |$)/\\1/' > $who.txt
            done
            diff docker.txt dray.txt; wc -l < dray.txt; rm -rf *.root *.tar
            """)
          #expect((said.last.flatMap { Int($0) } ?? 0) > 5_000, "\(said)")
        }
      }
    }
  }
}
