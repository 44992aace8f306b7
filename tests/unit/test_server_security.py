"""Who may ask, and what an answer may do in a browser."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from glassboard.errors import GlassboardError, MisuseError, NotFoundError
from glassboard.server.addresses import host_name, is_loopback
from glassboard.server.app import normalize_path_prefix
from glassboard.server.sockets import ListenError, PortInUseError, listen
from glassboard.server.static_files import require_page
from glassboard.store.memory import MemoryProvider

ServeApp = Callable[..., httpx.Client]
TOKEN = "kX-12_correct"


@pytest.fixture(scope="module")
def static_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built page, and a secret beside it."""
    root = tmp_path_factory.mktemp("page")
    built = root / "static"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>page</title>")
    (built / "favicon.svg").write_text("<svg/>")
    (built / "assets" / "main-abc123.js").write_text("console.log(1)\n" * 200)
    (built / "assets" / "font.woff2").write_bytes(b"wOF2")
    (root / "secret.txt").write_text("secret")
    (built / "link.txt").symlink_to(root / "secret.txt")
    return built


@pytest.fixture(scope="module")
def site(serve_app: ServeApp, static_dir: Path) -> httpx.Client:
    return serve_app(MemoryProvider(), static_dir=static_dir, allowed_hosts=["board.example"])


@pytest.fixture(scope="module")
def gated(serve_app: ServeApp, static_dir: Path) -> httpx.Client:
    return serve_app(MemoryProvider(), static_dir=static_dir, token=TOKEN)


def code_of(response: httpx.Response) -> str:
    code: str = response.json()["error"]["code"]
    return code


@pytest.mark.parametrize(
    "path", ["/", "/favicon.svg", "/assets/main-abc123.js", "/api/v1/health", "/api/v1/no"]
)
def test_every_answer_carries_the_security_headers(site: httpx.Client, path: str) -> None:
    headers = site.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert "'unsafe-inline'" not in policy["style-src"]
    assert policy["base-uri"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:6006",
        "127.0.0.1:1",
        "[::1]:6006",
        "[::1]",
        "localhost.:80",
        "Board.Example:443",
    ],
)
def test_our_own_names_are_answered(site: httpx.Client, host: str) -> None:
    assert site.get("/api/v1/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:6006",
        "",
        "0.0.0.0",
        "[::2]",
        "::1",
        "a]b",
    ],
)
def test_a_foreign_name_for_this_address_is_refused(site: httpx.Client, host: str) -> None:
    response = site.get("/api/v1/health", headers={"Host": host})
    assert (response.status_code, code_of(response)) == (403, "host_not_allowed")
    assert site.get("/", headers={"Host": host}).status_code == 403


def test_host_names_lose_their_port() -> None:
    assert [host_name(each) for each in ("a:1", "[::1]:6", "A.", " b ", "[::1")] == [
        "a",
        "::1",
        "a",
        "b",
        "::1",
    ]


def test_loopback_is_told_from_the_rest() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1")))
    assert not any(map(is_loopback, ("", "0.0.0.0", "::", "10.0.0.1", "example.org", "127.evil.example")))


def test_the_page_is_asked_for_again_and_its_hashed_files_are_kept(site: httpx.Client) -> None:
    page = site.get("/?view=scalars")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["cache-control"] == "no-cache"
    script = site.get("/assets/main-abc123.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-encoding"] == "gzip"
    assert site.get("/assets/font.woff2").headers["content-type"] == "font/woff2"
    assert site.get("/favicon.svg").headers["content-type"] == "image/svg+xml"
    assert site.head("/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/%00",
        "/assets/" + "a" * 5000,
        "/link.txt",
        "/assets",
        "/assets/",
        "/index.html/",
        "/scalars",
    ],
)
def test_no_path_leaves_the_page(site: httpx.Client, path: str) -> None:
    # Sent as it stands: a client that tidies the path would test nothing.
    request = site.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    response = site.send(request)
    assert (response.status_code, code_of(response)) == (404, "not_found")
    assert "secret\n" not in response.text


def test_a_page_that_is_not_built_says_how_to_build_it(tmp_path: Path, serve_app: ServeApp) -> None:
    with pytest.raises(NotFoundError, match="make setup"):
        require_page(tmp_path)
    response = serve_app(MemoryProvider(), static_dir=tmp_path).get("/")
    assert (response.status_code, code_of(response)) == (404, "not_found")


def test_everything_can_live_below_a_path(serve_app: ServeApp, static_dir: Path) -> None:
    site = serve_app(MemoryProvider(), static_dir=static_dir, path_prefix="lab/board/")
    assert "page" in site.get("/lab/board/").text
    assert site.get("/lab/board/api/v1/health").status_code == 200
    assert site.get("/lab/board/assets/main-abc123.js").status_code == 200
    assert "/lab/board/api/v1/runs" in site.get("/lab/board/api/v1/openapi.json").json()["paths"]
    redirect = site.get("/lab/board?view=images")
    assert (redirect.status_code, redirect.headers["location"]) == (307, "/lab/board/?view=images")
    for path in ("/", "/api/v1/health", "/lab/", "/lab/boards"):
        assert code_of(site.get(path)) == "not_found"


@pytest.mark.parametrize(
    ("given", "meant"), [("", ""), ("/", ""), ("a", "/a"), ("/a/b/", "/a/b"), ("//a", "/a")]
)
def test_path_prefixes_are_spelled_one_way(given: str, meant: str) -> None:
    assert normalize_path_prefix(given) == meant


@pytest.mark.parametrize("given", ["/..", "/a?b", "/a b", "/{x}", "/a\nb", "/%41"])
def test_path_prefixes_that_are_none_are_refused(given: str) -> None:
    with pytest.raises(MisuseError, match="path prefix"):
        normalize_path_prefix(given)


def test_without_the_token_nothing_is_told(gated: httpx.Client) -> None:
    for path in (
        "/api/v1/runs",
        "/api/v1/events",
        "/api/v1/openapi.json",
        "/assets/main-abc123.js",
        "/nothing",
    ):
        response = gated.get(path)
        assert (response.status_code, code_of(response)) == (401, "token_required")
    assert gated.get("/api/v1/runs", params={"token": "wrong"}).status_code == 401
    assert gated.get("/api/v1/runs", params={"token": "ü" * 9}).status_code == 401
    assert gated.get("/api/v1/runs", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert gated.get("/api/v1/runs", headers={"Cookie": "a=b; glassboard=1; ]["}).status_code == 401


def test_a_person_without_the_token_gets_a_form(gated: httpx.Client) -> None:
    page = gated.get("/")
    assert page.status_code == 401
    assert page.headers["content-type"].startswith("text/html")
    assert "name=token" in page.text
    assert "<script" not in page.text
    assert "The token is wrong" in gated.get("/?token=wrong").text


def test_the_printed_address_sets_a_cookie_and_leaves_the_address_bar_clean(gated: httpx.Client) -> None:
    with httpx.Client(base_url=gated.base_url) as browser:
        welcome = browser.get(f"/?view=images&token={TOKEN}&q=a%26b")
        assert (welcome.status_code, welcome.headers["location"]) == (303, "./?view=images&q=a%26b")
        cookie = welcome.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert browser.get("/").status_code == 200
        assert browser.get("/api/v1/runs").status_code == 200
    assert httpx.get(f"{gated.base_url}/api/v1/runs").status_code == 401


def test_scripts_send_the_token_themselves(gated: httpx.Client) -> None:
    assert gated.get("/api/v1/runs", params={"token": TOKEN}).status_code == 200
    assert gated.get("/api/v1/runs", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert "set-cookie" not in gated.get("/api/v1/runs", params={"token": TOKEN}).headers


def test_with_a_token_any_host_name_is_answered(gated: httpx.Client) -> None:
    answer = gated.get("/api/v1/health", headers={"Host": "lab7.example", "Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200


def test_a_port_in_use_is_named_with_a_way_out() -> None:
    with listen("localhost", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortInUseError) as caught:
            listen("localhost", port)
        assert caught.value.port == port
        assert f"port {port} is in use" in str(caught.value)
        assert "--port 0" in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("host", "port", "kind"), [
    ("no.such.host.invalid", 0, ListenError), ("192.0.2.1", 0, ListenError), ("localhost", -1, MisuseError),
    ("localhost", 65536, MisuseError),
])  # fmt: skip
def test_addresses_that_cannot_be_are_one_line(host: str, port: int, kind: type[GlassboardError]) -> None:
    with pytest.raises(kind) as caught:
        listen(host, port)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "127.0.0.1", "localhost"])
def test_listening_addresses_answer_at_once(host: str) -> None:
    with listen(host, 0) as listener:
        address = ("127.0.0.1", listener.getsockname()[1])
        with socket.create_connection(address, timeout=30), listener.accept()[0] as accepted:
            # Otherwise every answer waits 40 ms between its headers and its body.
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
