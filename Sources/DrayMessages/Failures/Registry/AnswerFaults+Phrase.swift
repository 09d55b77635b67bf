import HTTPAccess
import RegistryAuth

/// After "invalid answer from HOST:".
extension ResponseFault: Phrased {
  package var phrase: Phrase {
    switch self {
    case .http(let words): Phrase("\(words)", chinese: "\(words)")
    case .notAList: Phrase("it is not the list that was requested", chinese: "不是所请求的列表")
    case .encoding(let coding): Phrase("the body has the encoding '\(coding)'", chinese: "内容使用了编码 “\(coding)”")
    case .damagedGzip: Phrase("the gzip body is damaged", chinese: "gzip 内容已损坏")
    }
  }
}

/// After "HOST sent the wrong range of the blob:".
extension RangeFault: Phrased {
  package var phrase: Phrase {
    switch self {
    case .notSatisfiable: Phrase("416 Range Not Satisfiable", chinese: "应答 416（范围无效）")
    case .unasked: Phrase("206 for a request without a range", chinese: "请求未指定范围，应答却是 206")
    case .encoded: Phrase("a range of an encoded body", chinese: "返回的是经过编码的内容的一段")
    case .noContentRange: Phrase("206 without Content-Range", chinese: "应答 206 没有 Content-Range")
    case .severalContentRanges: Phrase("206 with several Content-Range fields", chinese: "应答 206 有多个 Content-Range")
    case .unreadableContentRange: Phrase("the Content-Range cannot be read", chinese: "Content-Range 无法识别")
    case .otherSize: Phrase("the Content-Range has another size", chinese: "Content-Range 中的总大小不符")
    case .otherRange: Phrase("the Content-Range is not the one requested", chinese: "Content-Range 与请求的范围不符")
    }
  }
}

/// After "the token service of HOST returned no usable token:".
extension TokenFault: Phrased {
  package var phrase: Phrase {
    switch self {
    case .notJSON: Phrase("the answer is not the JSON of a token", chinese: "应答不是令牌的 JSON")
    case .noToken: Phrase("the answer contains no token", chinese: "应答中没有令牌")
    case .tooLong: Phrase("the token is too long", chinese: "令牌过长")
    case .invalidCharacters:
      Phrase("the token has characters that a header field cannot have", chinese: "令牌含有请求头中不允许的字符")
    case .noAntiForgeryToken:
      Phrase(
        "/c/login returned no X-Harbor-Csrf-Token; is this Harbor?",
        chinese: "/c/login 没有返回 X-Harbor-Csrf-Token，可能不是 Harbor")
    case .noSession: Phrase("/c/login returned no session", chinese: "/c/login 没有返回会话")
    }
  }
}
