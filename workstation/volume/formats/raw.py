"""Raw voxels and the JSON file beside them that says what they are."""

import json

from workstation.volume.formats.layout import Layout


def raw_header(layout: Layout, *, data_file: str, is_compressed: bool = False) -> bytes:
    """Make the JSON file; its values are modality values."""
    first = "channels" if layout.is_colour else "columns"
    told = {
        "file": data_file,
        "compression": "gzip" if is_compressed else None,
        "type": layout.kind,
        "byte_order": "little",
        "columns": layout.shape_ijk[0],
        "rows": layout.shape_ijk[1],
        "slices": layout.shape_ijk[2],
        "times": layout.times,
        "channels": ["red", "green", "blue"] if layout.is_colour else None,
        "order": f"{first} fastest, then {'columns, ' * layout.is_colour}rows, slices, times",
        "bytes": layout.voxel_bytes,
        "unit": layout.unit or None,
        "voxel_size_mm": list(layout.sizes_mm),
        "time_step_s": layout.time_step_s if layout.times > 1 else None,
        "voxel_to_patient_lps_mm": [list(row) for row in layout.affine_lps],
    }
    return (json.dumps(told, indent=2) + "\n").encode("utf-8")
