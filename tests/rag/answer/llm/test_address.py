import pytest

from rag.errors import SettingsError
from rag.settings import Settings
from rag.urls import Address


@pytest.mark.parametrize(
    ("url", "parts", "authority"),
    [
        ("http://127.0.0.1:11434/v1", ("http", "127.0.0.1", 11434, "/v1"), "127.0.0.1:11434"),
        ("https://api.deepseek.com", ("https", "api.deepseek.com", 443, ""), "api.deepseek.com"),
        ("https://api.deepseek.com/", ("https", "api.deepseek.com", 443, ""), "api.deepseek.com"),
        ("http://host/a/b-c/v1/", ("http", "host", 80, "/a/b-c/v1"), "host"),
        ("http://[::1]:8000/v1", ("http", "::1", 8000, "/v1"), "[::1]:8000"),
    ],
)
def test_a_base_url_is_taken_apart(url, parts, authority):
    assert tuple(Address.of(url)) == parts
    assert Address.of(url).authority == authority
    assert Settings.read(llm_url=url).llm_url == url


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://host/v1",
        "host:8000/v1",
        "//host/v1",
        "http:///v1",
        "http:host",
        "HTTP://host",
        "http://user@host/v1",
        "http://user:s3cret@host/v1",
        "http://host\\@s3cret.example/v1",
        "http://host/v1?key=s3cret",
        "http://host/v1#s3cret",
        "http://host/../admin",
        "http://host/v1/./x",
        "http://host//v1",
        "http://host/%2e%2e",
        "http://host:99999",
        "http://host:0",
        "http://host:80:80",
        "http://host/v1 ",
        " http://host/v1",
        "http://ho st/v1",
        "http://host/v1\r\nX: s3cret",
        "http://host\t/v1",
        "http://主机/v1",
        "http://ｈost/v1",
        "http://-host/v1",
        "http://[::1/v1",
    ],
)
def test_anything_else_is_refused_at_start_and_not_repeated(url):
    with pytest.raises(SettingsError, match=r"setting llm_url \(YINJU_LLM_URL\)") as caught:
        Settings.read(llm_url=url)

    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
