/// The page's style sheet: light and dark, one column on a phone. Text has a contrast of at least 4.5:1 everywhere.
enum PageStyle {
  static let text = #"""
    :root{color-scheme:light dark;--bg:#f6f7f6;--card:#fff;--text:#1b1f1d;--muted:#56605b;--line:#d5dbd8;
    --accent:#1c6b4b;
    --on:#fff;--soft:#e6f0eb;--bad:#a3241b;--code:#eef1ef}
    @media(prefers-color-scheme:dark){:root{--bg:#141716;--card:#1d2120;--text:#e9edeb;--muted:#a5b0ab;--line:#39413e;
    --accent:#7fd1ab;--on:#0c1a14;--soft:#223029;--bad:#ff9d93;--code:#272d2b}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;overflow-wrap:anywhere}
    body{margin:0;background:var(--bg);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",
    "PingFang SC",
    "Microsoft YaHei","Noto Sans CJK SC",sans-serif}
    header,main,footer{max-width:56rem;margin:0 auto;padding:0 1rem}
    header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline;padding-top:1rem}
    header nav{margin-left:auto;display:flex;gap:.75rem}
    header nav a[aria-current]{color:var(--text);font-weight:600;text-decoration:none}
    .name{font-size:1.25rem;letter-spacing:.02em}
    .host{color:var(--muted);overflow-wrap:anywhere}
    section{margin:1.5rem 0 2.5rem}
    h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}
    h2{font-size:1.25rem;margin:.5rem 0}
    h3{font-size:1.05rem;margin:0 0 .5rem;overflow-wrap:anywhere}
    a{color:var(--accent)}
    p{margin:.4rem 0}
    .lead,.hint{color:var(--muted)}
    .hint{font-size:.9rem}
    label,legend{font-weight:600;display:block;margin:.6rem 0 .25rem}
    input,select,button,.button{font:inherit;border-radius:.5rem;border:1px solid var(--line);padding:.55rem .75rem;
    background:var(--card);color:var(--text);max-width:100%}
    input[type=radio]{padding:0;accent-color:var(--accent);width:1.1rem;height:1.1rem;flex:none;margin:.2rem 0 0}
    ::placeholder{color:var(--muted);opacity:1}
    input:not([type=radio]):not(.sr),select{border-color:var(--muted)}
    .row{display:flex;gap:.5rem;flex-wrap:wrap}
    .row input{flex:1 1 15rem;min-width:0}
    button,.button{cursor:pointer;display:inline-block;text-decoration:none;font-weight:600;line-height:1.4}
    button[type=submit],.button{background:var(--accent);color:var(--on);border-color:var(--accent)}
    button:disabled{opacity:.6;cursor:progress}
    button.link{border:0;background:none;color:var(--accent);padding:.2rem 0;text-decoration:underline;font-weight:400}
    button.small{padding:.15rem .6rem;font-size:.85rem;font-weight:400}
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
    #file:focus-visible{outline:none}
    .drop:focus-within{outline:3px solid var(--accent);outline-offset:2px}
    .card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem;margin:1rem 0}
    .card>:first-child{margin-top:0}
    .actions{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0 .25rem;align-items:center}
    .chips{display:flex;flex-wrap:wrap;gap:.4rem;margin:.5rem 0;align-items:center}
    .chips button{padding:.15rem .6rem;font-size:.875rem;font-weight:400;overflow-wrap:anywhere;text-align:left}
    legend{padding:0}
    fieldset{border:0;padding:0;margin:.75rem 0;min-width:0}
    .choices{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(13rem,100%),1fr));gap:.15rem 1rem}
    .choices label{display:flex;gap:.5rem;font-weight:400;margin:0;padding:.25rem 0;overflow-wrap:anywhere}
    .choices .size,.list .size{color:var(--muted);margin-left:auto;white-space:nowrap}
    dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1rem;margin:.5rem 0}
    dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
    code,pre,.mono{font:.9em/1.5 ui-monospace,SFMono-Regular,Consolas,"Noto Sans Mono",monospace;overflow-wrap:anywhere}
    pre{margin:0;white-space:pre-wrap;background:var(--code);border-radius:.5rem;padding:.6rem .75rem;flex:1 1 auto;
    min-width:0}
    .copy{display:flex;gap:.5rem;align-items:flex-start;margin:.3rem 0}
    .copy button{flex:none}
    details{margin:.6rem 0}
    summary{cursor:pointer;font-weight:600;padding:.2rem 0}
    progress{width:100%;height:.8rem;accent-color:var(--accent)}
    .list{list-style:none;margin:.5rem 0;padding:0}
    .list li{display:flex;flex-wrap:wrap;gap:.1rem .75rem;padding:.35rem 0;border-top:1px solid var(--line);
    align-items:baseline}
    .list li>span:first-child,.list li>code:first-child{flex:1 1 12rem;min-width:0;overflow-wrap:anywhere}
    .list li>details{flex:1 1 100%;margin:0}
    .layers progress{flex:1 1 8rem;width:auto;height:.6rem}
    .bad{color:var(--bad);font-weight:600;overflow-wrap:anywhere}
    .good{color:var(--accent);font-weight:600}
    .filter{width:100%;margin:.25rem 0}
    .drop{border:2px dashed var(--muted);border-radius:.75rem;padding:1.25rem;text-align:center;background:var(--card)}
    .drop.over{background:var(--soft);border-color:var(--accent)}
    .sr{position:absolute;width:1px;height:1px;margin:-1px;padding:0;overflow:hidden;clip-path:inset(50%);border:0;
    white-space:nowrap}
    .skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem;z-index:1}
    .js{display:none}.script .js{display:inline}.script .plain{display:none}
    [hidden]{display:none!important}
    footer{color:var(--muted);font-size:.9rem;padding-bottom:2rem}
    @media(max-width:37rem){h1{font-size:1.35rem}.copy{flex-wrap:wrap}.copy pre{flex:1 1 100%}
    dl{grid-template-columns:1fr}dt{margin-top:.35rem}.row button,.actions .button{flex:1 1 auto;text-align:center}}
    @media(prefers-reduced-motion:no-preference){.drop{transition:background .15s}}
    """#
}
