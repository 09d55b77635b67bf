import Testing

@Suite("dray unpack", .serialized)
struct UnpackTests {
  @Test("T108: odd layers of real images give what tar and umoci make of them", .timeLimit(.minutes(5)))
  func oddLayers() async throws {
    try await Dray.scene { dray in
      let said = try await dray.rootScript(
        """
        mkdir one two
        (cd one
          mkdir -p usr/bin usr/lib/jvm/java-8/jre/lib/security etc/pki/java opt/in
          echo dash > usr/bin/dash; chmod 4755 usr/bin/dash; ln -s usr/bin bin; ln -s dash usr/bin/sh
          ln -s ../../../../../../../../../../etc/pki/java/cacerts usr/lib/jvm/java-8/jre/lib/security/cacerts
          echo certificates > etc/pki/java/cacerts; ln usr/bin/dash usr/bin/bash; mkfifo -m 640 opt/pipe
          ln -s /etc/pki absolute; ln -s nowhere dangling; mknod opt/null c 1 3; mknod opt/loop b 7 3
          chown -R 5:6 opt; chown -h 7:8 dangling; chmod 1777 opt/in; touch -h -d '1999-01-02T03:04:05Z' dangling etc)
        (cd two
          mkdir -p bin; echo ls > bin/ls; echo more > bin/more; mkdir -p absolute/java; echo new > absolute/java/new)
        tar --format=gnu --numeric-owner --sort=name -C one -cf 1.layer .
        # Files alone, under a name that is a link below; and a file that replaces itself.
        tar --format=pax --numeric-owner -C two -cf 2.layer bin/ls bin/more absolute/java/new
        (cd one; tar --format=gnu --numeric-owner -rf ../1.layer usr/bin/dash)
        layout 1.layer 2.layer
        umoci unpack --image layout:latest umoci >/dev/null 2>&1
        mkdir tar; tar -xpf 1.layer -C tar --numeric-owner; tar -xpf 2.layer -C tar --numeric-owner bin/ls bin/more
        # tar itself would follow the absolute link, out of the folder.
        tar -xpf 2.layer -C tar --numeric-owner --transform 's,^absolute,etc/pki,' absolute/java/new
        $DRAY unpack layout dray
        # What changes below a folder gives it a new time in tar's and umoci's eyes.
        times() { sed -E 's/^(\\.|usr\\/bin|usr|etc\\/pki\\/java|bin)( d .*) [0-9.]+$/\\1\\2/'; }
        listed umoci/rootfs | times > umoci.txt; listed dray | times > dray.txt; listed tar | times > tar.txt
        diff umoci.txt dray.txt; diff tar.txt dray.txt; wc -l < dray.txt; cat dray/usr/lib/jvm/java-8/jre/lib/security/cacerts || echo as in a container
        """)
      #expect(said.first == "dray")
      #expect((said.dropFirst().first.flatMap { Int($0) } ?? 0) > 30)
    }
  }

  @Test("An archive of each form, and whatever its layers are compressed with", .timeLimit(.minutes(5)))
  func forms() async throws {
    try await Dray.scene { dray in
      let said = try await dray.rootScript(
        """
        mkdir one; echo text > one/file; tar -C one -cf 1.layer .; tar -C one -cf 2.layer file
        layout 1.layer 2.layer
        skopeo --insecure-policy copy --quiet oci:layout:latest docker-archive:docker.tar:a/b:1
        skopeo --insecure-policy copy --quiet oci:layout:latest oci-archive:oci.tar
        skopeo --insecure-policy copy --quiet --dest-compress-format zstd --dest-compress oci:layout:latest oci:zstd:latest
        tar -C layout -cf ours.tar .
        for form in layout docker.tar oci.tar zstd ours.tar; do
          $DRAY unpack ./$form root-${form%.tar}; cat root-${form%.tar}/file
        done
        """)
      #expect(said.filter { $0 == "text" }.count == 5)
    }
  }

  @Test("T110: without root owners are the user's, devices are left out, and each is counted", .timeLimit(.minutes(5)))
  func withoutRoot() async throws {
    try await Dray.scene { dray in
      let said = try await dray.rootScript(
        """
        mkdir one; cd one
        echo a > setuid; chmod 4755 setuid; echo b > owned; chown 1000:1000 owned; mknod null c 1 3; mkdir -m 500 closed
        echo c > closed/f; chmod 400 closed/f; mkfifo pipe; setcap cap_net_raw+ep owned; setfattr -n user.a -v b owned; cd ..
        tar --xattrs --xattrs-include='*' --format=pax --numeric-owner -C one -cf 1.layer .
        layout 1.layer; chmod 755 .; mkdir -m 777 user; $DRAY unpack --json layout root
        cp "$DRAY" dray; chmod 755 dray
        cd user; setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ ../dray unpack --json ../layout root 2> ../said
        cat ../said; stat -c '%n %a %u:%g' root/setuid root/owned root/closed root/closed/f root/pipe
        getfattr -d -m - root/owned | grep user.a; test ! -e root/null; cat root/closed/f
        # What is left of it can be removed by a failure, too.
        ! setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ ../dray unpack --max-size 5 ../layout refused 2>&1; ls
        """)
      #expect(said[0].contains(#""skippedDevices":0"#) && said[0].contains(#""skippedAttributes":0"#))
      #expect(said[1].contains(#""skippedDevices":1"#), "\(said)")
      #expect(said.contains("warning: devices that were skipped, because only root may create them: 1"))
      #expect(said.contains { $0.hasPrefix("warning: files that lost set-user-ID") })
      #expect(said.contains { $0.hasPrefix("warning: extended attributes that cannot be set here: 1") })
      #expect(said.contains("root/setuid 755 65534:65534") && said.contains("root/closed 500 65534:65534"))
      #expect(said.contains("root/closed/f 400 65534:65534") && said.contains("user.a=\"b\"") && said.contains("c"))
      #expect(said.contains { $0.contains("error[refused]") })
      #expect(said.last == "root")
    }
  }

  @Test("The folder: new or empty, kept where it is a mount point, named when it is complete", .timeLimit(.minutes(5)))
  func folders() async throws {
    try await Dray.scene { dray in
      let said = try await dray.rootScript(
        """
        mkdir one; echo text > one/file; tar -C one -cf 1.layer .; layout 1.layer
        umask 077
        mkdir empty full here left.part; touch full/x file; ln -s empty link
        $DRAY unpack layout empty; stat -c %a empty/file empty
        for name in full file left missing/x; do ! $DRAY unpack layout $name 2>&1; done
        (cd here; $DRAY unpack ../layout .; ls)
        rm -r empty; mkdir empty; $DRAY unpack layout link; test -L link; ls empty
        ls
        """)
      #expect(said.prefix(3) == ["empty", "644", "755"])
      #expect(said.contains { $0.contains("error[local-io]: the folder 'full' is not empty") })
      #expect(said.contains { $0.contains("error[local-io]: 'file' exists and is not a folder") })
      #expect(said.contains { $0.contains("error[local-io]: 'left.part' exists") })
      #expect(said.contains { $0.contains("'missing/x.part'") })
      #expect(
        said.suffix(8) == ["1.layer", "empty", "file", "full", "here", "layout", "left.part", "link"]
          || said.suffix(9).contains("one"))
      #expect(!said.contains("left"))
    }
  }

  @Test("Wrong bytes fail with 20, more than the limits with 21, and nothing is left", .timeLimit(.minutes(5)))
  func wrongBytes() async throws {
    try await Dray.scene { dray in
      let said = try await dray.rootScript(
        """
        mkdir one; head -c 3000000 /dev/urandom > one/file; tar -C one -cf 1.layer .; layout 1.layer
        code() { "$@" >/dev/null 2>said && echo 0 || echo $?; cat said | tr '\\n' ' '; echo; }
        blob=$(ls -S layout/blobs/sha256/* | head -1)
        # A byte of gzip's header that nobody reads: the digest of the blob is wrong alone.
        cp -r layout other; printf x | dd of=other/${blob#layout/} bs=1 seek=9 conv=notrunc status=none
        code $DRAY unpack other root
        # A bit in the middle.
        cp -r layout flipped; printf x | dd of=flipped/${blob#layout/} bs=1 seek=1000000 conv=notrunc status=none
        code $DRAY unpack flipped root
        # A config that promises another layer.
        cp -r layout diff; config=$(grep -l diff_ids diff/blobs/sha256/*)
        sed -i -E 's/(sha256:)[0-9a-f]{64}/\\1'$(printf '0%.0s' {1..64})'/' $config
        new=$(sha256sum < $config | cut -c1-64); old=$(basename $config); mv $config diff/blobs/sha256/$new
        manifest=$(grep -l '"layers": \\[' diff/blobs/sha256/*); sed -i "s/$old/$new/" $manifest
        mnew=$(sha256sum < $manifest | cut -c1-64); mold=$(basename $manifest); mv $manifest diff/blobs/sha256/$mnew
        sed -i "s/$mold/$mnew/" diff/index.json
        code $DRAY unpack diff root
        code $DRAY unpack --max-size 1M layout root
        code $DRAY unpack --max-entries 1 layout root
        code $DRAY export diff -o root.tar
        ls
        """)
      try #require(said.count == 19, "\(said)")
      let codes = (0..<6).map { said[2 * $0] }
      let words = (0..<6).map { said[2 * $0 + 1] }
      #expect(codes == ["20", "20", "20", "21", "21", "20"], "\(said)")
      #expect(words[0].contains("digest") && words[2].contains("diff"), "\(words)")
      #expect(words[3].contains("--max-size") && words[4].contains("--max-entries"), "\(words)")
      #expect(
        Array(said.dropFirst(12)) == ["1.layer", "diff", "flipped", "layout", "one", "other", "said"],
        "\(said)")
    }
  }

  @Test(
    "T111: system calls grow as the entries do: in one folder, in many and deep down",
    .timeLimit(.minutes(10)), arguments: ["same", "wide", "deep"])
  func linear(shape: String) async throws {
    try await Dray.scene { dray in
      let said = try await dray.rootScript(
        """
        make() {
          python3 - $1 \(shape) > $1.layer <<'END'
        import sys, tarfile
        count, shape = int(sys.argv[1]), sys.argv[2]
        tar = tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.PAX_FORMAT)
        for number in range(count):
            name = {"same": "f%d", "wide": "d%d/f", "deep": "d/" * 300 + "f%d"}[shape] % number
            tar.addfile(tarfile.TarInfo(name))
        tar.close()
        END
          rm -rf layout; layout $1.layer
          strace -f -c -o $1.calls $DRAY unpack layout root >/dev/null
          find root -type f | wc -l; rm -r root
          awk '$NF != "total" && $4 ~ /^[0-9]+$/ && $NF !~ /futex|read|yield|epoll/ { sum += $4 } END { print sum }' $1.calls
        }
        make 1; make \(shape == "same" ? 2_000 : 1_000); make \(shape == "same" ? 20_000 : 5_000)
        """)
      let numbers = said.compactMap { Double($0) }
      try #require(numbers.count == 6, "\(said)")
      // What one entry costs beyond what there is to do for any archive: the same whether there are few or many.
      let few = (numbers[3] - numbers[1]) / (numbers[2] - numbers[0])
      let many = (numbers[5] - numbers[1]) / (numbers[4] - numbers[0])
      #expect(numbers[4] / numbers[2] == (shape == "same" ? 10 : 5))
      #expect(many < 1.1 * few, "\(said)")
      // A file costs a few system calls, wherever it is.
      #expect(many < 30, "\(said)")
    }
  }
}
