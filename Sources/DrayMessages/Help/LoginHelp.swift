/// What `--help` says about `dray login`.
package enum LoginHelp: CommandHelp {
  case abstract, usage, details
  case registry

  package var phrase: Phrase {
    switch self {
    case .abstract:
      Phrase("Log in to a registry and store the login.", chinese: "在仓库校验用户名和密码，并保存。")
    case .usage:
      Phrase("dray login <registry>[/<path>] [options]", chinese: "dray login <仓库>[/<路径>] [选项]")
    case .details:
      Phrase(
        """
        The registry checks the password first; a password that it rejects is not stored. User name and password are \
        prompted for, or given by --username and --password-stdin. There is no option for the password itself: every user \
        of the machine could read it in the list of processes.

        Examples:
          dray login harbor.example.com
          dray login docker.io --username me --password-stdin < token.txt
          dray login harbor.example.com/team --username 'robot$team+ci' --password-stdin < password.txt
          dray login harbor.example.com --authfile ~/.config/containers/auth.json

        The login is stored where docker and podman store theirs, so they can use it, too:
          1. in the file that --authfile or REGISTRY_AUTH_FILE names
          2. where a login for this registry already exists, or in the credential helper configured for it
          3. in the first existing file: $XDG_RUNTIME_DIR/containers/auth.json,
             ~/.config/containers/auth.json, $DOCKER_CONFIG/config.json or ~/.docker/config.json
          4. in a new $XDG_RUNTIME_DIR/containers/auth.json, or, if that is not set,
             in ~/.config/containers/auth.json
        A login for a path is stored in podman's files only.

        The exit codes are those of dray pull.
        """,
        chinese: """
          先向仓库校验，被拒绝的密码不会保存。用户名和密码会在终端询问，或由 --username 和 --password-stdin 提供。
          没有直接写密码的选项：写在命令行上的密码，本机所有用户都能在进程列表里看到。

          示例：
            dray login harbor.example.com
            dray login docker.io --username me --password-stdin < token.txt
            dray login harbor.example.com/team --username 'robot$team+ci' --password-stdin < password.txt
            dray login harbor.example.com --authfile ~/.config/containers/auth.json

          登录信息保存在 docker 和 podman 共用的位置，它们也能读取：
            1. --authfile 或 REGISTRY_AUTH_FILE 指定的文件
            2. 已有该仓库登录信息的位置，或为其配置的凭据助手
            3. 第一个已存在的文件：$XDG_RUNTIME_DIR/containers/auth.json、~/.config/containers/auth.json、
               $DOCKER_CONFIG/config.json 或 ~/.docker/config.json
            4. 新建 $XDG_RUNTIME_DIR/containers/auth.json；未设置该变量时为 ~/.config/containers/auth.json
          按路径的登录只保存在 podman 的文件中。

          退出码与 dray pull 相同。
          """)
    case .registry:
      Phrase("The registry, such as harbor.example.com, or a path in it.", chinese: "仓库（如 harbor.example.com），或其中的路径。")
    }
  }
}
