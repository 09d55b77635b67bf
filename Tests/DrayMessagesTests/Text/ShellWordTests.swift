import CLibrary
import Testing

@testable import DrayMessages

struct ShellWordTests {
  @Test(
    "A word is quoted only where a shell would read something into it",
    arguments: [
      ("nginx_1.21.4.tar", "nginx_1.21.4.tar"), ("/a/b-c.tar", "/a/b-c.tar"), ("a b.tar", "'a b.tar'"),
      ("it's", "'it'\\''s'"), ("$(reboot)", "'$(reboot)'"), ("a;b", "'a;b'"), ("", "''"), ("镜像.tar", "镜像.tar"),
      ("~/x", "'~/x'"), ("a*", "'a*'"), ("-rf", "./-rf"), ("-r f", "'./-r f'"), ("a\nb", "'a\nb'"),
    ])
  func quotes(word: String, quoted: String) {
    #expect(ShellWord.quoted(word) == quoted)
  }
}
