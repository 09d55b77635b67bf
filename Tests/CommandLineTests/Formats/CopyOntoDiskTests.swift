import Testing

@Suite("Copies onto the disk, by the program")
struct CopyOntoDiskTests {
  private func scene(_ script: String, _ check: ([String]) throws -> Void) async throws {
    try await Dray.scene { dray in
      try dray.write(HandmadeArchive.layout().bytes, to: "app.tar")
      try check(try await dray.shell(script))
    }
  }

  @Test("T427: whoever reads the archive from standard output may go away")
  func brokenPipe() async throws {
    try await scene("($DRAY copy app.tar - 2> errors; echo $? > code) | true; cat code; grep error errors || :") {
      #expect($0 == ["141"], "\($0)")
    }
  }

  @Test("T428: an archive comes from standard input, into an archive and a layout")
  func standardInput() async throws {
    let script = """
      cat app.tar | $DRAY copy - one.tar 2> /dev/null | cut -d@ -f1; cat app.tar | $DRAY copy - - 2> /dev/null | cmp - one.tar
      cat app.tar | $DRAY copy - ./layout/ 2> /dev/null | cut -d@ -f1; $DRAY verify layout > /dev/null; echo $?
      cat app.tar | $DRAY copy - - two.tar 2>&1 | head -1
      """
    try await scene(script) {
      #expect($0.prefix(3) == ["team/app:1", "team/app:1", "0"], "\($0)")
      #expect($0.last?.contains("standard input can provide only one archive") == true, "\($0)")
    }
  }

  @Test("T429: what a copy cannot write to, a dry run tells, too; a copy that fails before it writes makes no layout")
  func places() async throws {
    let script = """
      mkdir full empty; echo > full/other
      for target in ./full/ ./nowhere/x.tar ./nowhere/x/ ./app.tar/; do
        for options in '' --dry-run; do $DRAY copy $options app.tar $target 2>&1 | head -1; done
      done
      $DRAY copy app.tar ./new/ --image none:1 2> /dev/null; $DRAY copy app.tar ./new/ --dry-run > /dev/null; ls
      """
    try await scene(script) { lines in
      let (errors, files) = (lines.prefix(8), lines.dropFirst(8))
      #expect(stride(from: 0, to: 8, by: 2).allSatisfy { errors[$0] == errors[$0 + 1] }, "\(lines)")
      #expect(errors[0].contains("do not belong to an OCI image layout"), "\(lines)")
      #expect(errors[2].contains("'./nowhere' does not exist") && errors[4].contains("'nowhere' does not exist"))
      #expect(errors[6].contains("'app.tar' is not a folder"), "\(lines)")
      #expect(Array(files) == ["app.tar", "empty", "full"], "\(lines)")
    }
  }

  @Test("T429: an empty folder, the one that the program runs in, and a layout of before become or stay layouts")
  func layouts() async throws {
    let script = """
      mkdir empty here; $DRAY copy -q app.tar ./empty; (cd here; $DRAY copy -q ../app.tar .; $DRAY copy -q ../app.tar ./)
      for layout in empty here; do $DRAY verify -q $layout; $DRAY verify $layout > /dev/null; echo $?; done
      """
    try await scene(script) { #expect($0.suffix(2) == ["0", "0"], "\($0)") }
  }
}
