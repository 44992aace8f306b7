"""K-MNIST from its makers' server, each file checked against its published MD5 sum and kept in the user's cache."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pooch
import requests

from glassboard.demo.data import CharacterImages, read_folder
from glassboard.errors import CorruptError, NotFoundError

__all__ = ["BASE_URL", "MD5_SUMS", "download_kmnist"]

BASE_URL = "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"
MD5_SUMS = MappingProxyType(
    {
        "train-images-idx3-ubyte.gz": "bdb82020997e1d708af4cf47b453dcf7",
        "train-labels-idx1-ubyte.gz": "e144d726b3acfaa3e44228e80efcd344",
        "t10k-images-idx3-ubyte.gz": "5c965bf0a639b31b8f53240b1b52f4d7",
        "t10k-labels-idx1-ubyte.gz": "7320c461ea6c1c855c0b718fb2a4b134",
    }
)
connect_timeout_secs = 5.0
read_timeout_secs = 30.0


def download_kmnist(
    folder: Path, *, base_url: str = BASE_URL, md5_sums: Mapping[str, str] = MD5_SUMS, progress: bool = True
) -> CharacterImages:
    """Downloads what `folder` does not hold yet, about 21 MB, and reads it. Sound files there need no network.

    `progress` shows a bar per file where there is a terminal.
    Raises `NotFoundError` where the server cannot be reached, `CorruptError` where a file has another checksum (it is not
    kept); `OSError` where the folder cannot be written.
    """
    # The walkthrough reports by itself.
    pooch.get_logger().setLevel("WARNING")
    downloader = pooch.HTTPDownloader(
        progressbar=progress and sys.stderr.isatty(), timeout=(connect_timeout_secs, read_timeout_secs)
    )
    for name, md5_sum in md5_sums.items():
        url = base_url + name
        try:
            pooch.retrieve(url, known_hash=f"md5:{md5_sum}", fname=name, path=folder, downloader=downloader)
        except requests.HTTPError as error:
            status = error.response.status_code if error.response is not None else "with an error"
            raise NotFoundError(f"the server answered {status} ({url})") from None
        except requests.RequestException as error:
            raise NotFoundError(f"{_trouble(error)} ({url})") from None
        except ValueError:
            # pooch has deleted the file by now; its message is several sentences.
            raise CorruptError(f"the downloaded file's MD5 sum is not {md5_sum} ({url})") from None
    return read_folder(folder)


def _trouble(error: requests.RequestException) -> str:
    if isinstance(error, requests.ConnectTimeout):
        return f"the server did not answer within {connect_timeout_secs:.0f} seconds"
    if isinstance(error, requests.Timeout):
        return f"the server sent nothing for {read_timeout_secs:.0f} seconds"
    if isinstance(error, requests.ConnectionError):
        return "the server cannot be reached"
    return f"the download failed: {type(error).__name__}"
