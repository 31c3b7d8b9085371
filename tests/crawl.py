"""A reader who follows every link: used to find dead links and texts that nobody translated."""

from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

SILENT = {"script", "style", "template", "code", "kbd", "samp"}
MOVED = {301, 302, 303, 308}
SPOKEN = ("alt", "title", "placeholder", "aria-label", "aria-description", "data-label", "data-confirm")


class Page(HTMLParser):
    """What of a page can be read, where it leads, and the ids it gives."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.texts, self.links, self.ids = [], [], []
        self.silent = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in SILENT or values.get("translate") == "no" or (self.silent and tag == self.silent[-1]):
            self.silent.append(tag)
        self.texts += [values[name] for name in SPOKEN if values.get(name) and not self.silent]
        if tag == "input" and values.get("type") in {"submit", "button", "reset"}:
            self.texts.append(values.get("value", ""))
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if values.get("id"):
            self.ids.append(values["id"])

    def handle_endtag(self, tag):
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.texts.append(" ".join(data.split()))


def crawl(app, browser, start="/", *, per_endpoint=3, most=400):
    """Follow links from ``start``; yields (address, endpoint, where the link was, response, Page or None).

    At most ``per_endpoint`` addresses of each endpoint are opened, so that a long list costs no more than a short one.
    """
    adapter = app.url_map.bind("localhost")
    seen, opened = set(), Counter()
    waiting = deque([(start, "")])
    while waiting and len(seen) < most:
        address, came_from = waiting.popleft()
        address = urldefrag(address)[0]
        if address in seen:
            continue
        path = urlsplit(address)
        try:
            endpoint = adapter.match(path.path, method="GET")[0]
        except Exception:  # noqa: BLE001 - a redirect or nothing: the answer will tell
            endpoint = "?"
        if opened[endpoint] >= per_endpoint:
            continue
        seen.add(address)
        opened[endpoint] += 1
        response = browser.get(address)
        shown = (
            response.mimetype == "text/html" and response.status_code not in MOVED
        )  # nobody reads what moves on
        page = Page(response.get_data(as_text=True)) if shown else None
        response.close()
        yield address, endpoint, came_from, response, page
        if response.status_code in MOVED:
            waiting.append((urljoin(address, response.location), address))
        for link in page.links if page else ():
            target = urlsplit(urljoin(f"http://localhost{address}", link))
            if target.netloc in {"localhost", ""} and target.scheme in {"http", ""}:
                waiting.append((target.path + (f"?{target.query}" if target.query else ""), address))
