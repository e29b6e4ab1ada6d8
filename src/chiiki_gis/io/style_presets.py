"""登録した見た目: styles a user keeps for later plans, one small file each in the user's own folder."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from chiiki_gis import paths
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Style, style_from_json, style_to_json

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preset:
    """A style under a name, for layers of one role."""

    name: str
    role: Role
    style: Style


def presets(role: Role) -> tuple[Preset, ...]:
    """The presets for a role, by name. A file that cannot be read is left alone and told to the log."""
    found = []
    for path in _folder().glob(f"{role.value}-*.json"):
        try:
            data = json.loads(path.read_text("utf-8"))
            found.append(Preset(str(data["name"]), Role(data["role"]), style_from_json(data["style"])))
        except (OSError, ValueError, KeyError, TypeError):
            log.warning("the style preset %s cannot be read", path.name, exc_info=True)
    return tuple(sorted(found, key=lambda preset: preset.name))


def keep_preset(preset: Preset) -> None:
    """Write a preset whole; one of the same name and role is replaced. Raises BadInput on a full disk."""
    data = {"name": preset.name, "role": preset.role.value, "style": style_to_json(preset.style)}
    path = _path(preset.role, preset.name)
    temporary = path.with_name(f"{path.stem}-{uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        temporary.replace(path)
    except OSError as error:
        raise BadInput(
            f"見た目「{preset.name}」を登録できませんでした。",
            "設定のフォルダに書き込めないか、空き容量が足りません。",
            "空き容量を確かめて、もう一度登録してください。",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def drop_preset(role: Role, name: str) -> None:
    """Delete a preset; nothing happens where there is none."""
    _path(role, name).unlink(missing_ok=True)


def _folder() -> Path:
    return paths.state_folder() / "styles"


def _path(role: Role, name: str) -> Path:
    return _folder() / f"{role.value}-{hashlib.blake2b(name.encode(), digest_size=8).hexdigest()}.json"
