/// The page's HTML: `{{key}}` stands for a text of its language, ``contents`` for the list of images.
enum PageDocument {
  static let contents = "{{contents}}"

  static let text = #"""
    <!doctype html>
    <html lang="{{lang}}">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>dray · {{title}}</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="{{style}}">
    <script src="{{script}}" defer></script>
    </head>
    <body data-texts="{{texts}}" data-features="{{features}}">
    <a class="skip" href="#main">{{skip}}</a>
    <header>
    <strong class="name">dray</strong>
    <span class="host" id="host"></span>
    <nav aria-label="{{languages}}">
    <a href="?lang=zh" lang="zh" hreflang="zh" id="lang-zh">中文</a>
    <a href="?lang=en" lang="en" hreflang="en" id="lang-en">English</a>
    </nav>
    </header>
    <main id="main" tabindex="-1">
    <p id="status" class="sr" role="status" aria-live="polite"></p>
    <section id="get" aria-labelledby="get-title"{{get}}>
    <h1 id="get-title">{{get-title}}</h1>
    <p class="lead">{{get-lead}}</p>
    <form id="lookup" method="get" action="/archive.tar">
    <label for="image">{{image}}</label>
    <div class="row">
    <input id="image" name="image" required autocomplete="off" autocapitalize="none" spellcheck="false"
     placeholder="nginx:1.21.4" aria-describedby="image-hint">
    <button id="find" type="submit"><span class="js">{{find}}</span><span class="plain">{{download}}</span></button>
    </div>
    <p id="image-hint" class="hint">{{image-hint}} <span id="upstreams"></span></p>
    <noscript>
    <label for="platform">{{platform}}</label>
    <input id="platform" name="platform" placeholder="linux/amd64" autocapitalize="none">
    </noscript>
    </form>
    <div id="history" class="chips" hidden></div>
    <div id="result" class="card" hidden></div>
    <div id="basket" class="card" hidden></div>
    <div id="downloads"></div>
    </section>
    <section id="put" aria-labelledby="put-title"{{put}}>
    <h2 id="put-title">{{put-title}}</h2>
    <p class="lead">{{put-lead}} <code>{{put-target}}</code></p>
    <div id="drop" class="drop">
    <p>{{drop}}</p>
    <label class="button" for="file">{{choose-file}}</label>
    <input id="file" class="sr" type="file" accept=".tar,application/x-tar" multiple>
    </div>
    <div id="uploads"></div>
    </section>
    <section id="here" aria-labelledby="here-title"{{here}}>
    <h2 id="here-title">{{here-title}}</h2>
    <p class="lead">{{here-lead}}</p>
    <label for="here-filter" class="sr">{{filter}}</label>
    <input id="here-filter" class="filter" type="search" placeholder="{{filter}}" hidden>
    <ul id="contents" class="list">{{contents}}</ul>
    <details id="clients"><summary>{{clients}}</summary>
    <p>{{clients-lead}}</p>
    <label for="client">{{client}}</label>
    <select id="client"></select>
    <div id="client-text"></div>
    </details>
    </section>
    <noscript><p class="card">{{no-script}}</p></noscript>
    </main>
    <footer>{{footer}} <a href="https://github.com/opencontainers/distribution-spec" rel="noreferrer">OCI</a>
    · <code>/v2/</code></footer>
    </body>
    </html>
    """#

  static let icon = #"""
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
    <rect x="3" y="8" width="18" height="12" rx="2" fill="#2f7d5b"/>
    <path d="M21 17h8" stroke="#2f7d5b" stroke-width="3"/><circle cx="9" cy="23" r="4" fill="#1f2937"/>
    <circle cx="18" cy="23" r="4" fill="#1f2937"/></svg>
    """#
}
