"""Codes that a person chooses from to say what a lesion is and where, by short words (SNOMED CT)."""

from workstation.model.concepts import Code

_SCT = "SCT"


def _codes(*pairs: tuple[str, str]) -> tuple[Code, ...]:
    return tuple(Code(value, _SCT, meaning) for value, meaning in pairs)


FINDINGS: tuple[Code, ...] = _codes(
    ("44132006", "Abscess"),
    ("85659009", "Aneurysm"),
    ("18115005", "Calcification"),
    ("367643001", "Cyst"),
    ("79654002", "Edema"),
    ("41699000", "Effusion"),
    ("35566002", "Hematoma"),
    ("50960005", "Hemorrhage"),
    ("52988006", "Lesion"),
    ("30746006", "Lymphadenopathy"),
    ("4147007", "Mass"),
    ("128462008", "Metastasis"),
    ("6574001", "Necrosis"),
    ("27925004", "Nodule"),
    ("86049000", "Primary malignant neoplasm"),
    ("415582006", "Stenosis"),
    ("396339007", "Thrombus"),
    ("108369006", "Tumor"),
)
"""What is found, by its words."""

SITES: tuple[Code, ...] = _codes(
    ("818981001", "Abdomen"),
    ("23451007", "Adrenal gland"),
    ("15825003", "Aorta"),
    ("68171009", "Axillary lymph node"),
    ("272673000", "Bone"),
    ("12738006", "Brain"),
    ("76752008", "Breast"),
    ("81105003", "Cervical lymph node"),
    ("71854001", "Colon"),
    ("32849002", "Esophagus"),
    ("71341001", "Femur"),
    ("28231008", "Gallbladder"),
    ("69536005", "Head"),
    ("80891009", "Heart"),
    ("53074004", "Hilar lymph node"),
    ("29836001", "Hip"),
    ("8928004", "Inguinal lymph node"),
    ("64033007", "Kidney"),
    ("4596009", "Larynx"),
    ("10200004", "Liver"),
    ("90572001", "Lower lobe of lung"),
    ("122496007", "Lumbar spine"),
    ("39607008", "Lung"),
    ("59441001", "Lymph node"),
    ("62683002", "Mediastinal lymph node"),
    ("72410000", "Mediastinum"),
    ("40020002", "Middle lobe of lung"),
    ("71616004", "Muscle"),
    ("45048000", "Neck"),
    ("15497006", "Ovary"),
    ("15776009", "Pancreas"),
    ("12921003", "Pelvis"),
    ("15425007", "Peritoneum"),
    ("3120008", "Pleura"),
    ("41216001", "Prostate"),
    ("34402009", "Rectum"),
    ("91394001", "Retroperitoneal lymph node"),
    ("39937001", "Skin"),
    ("87784001", "Soft tissue"),
    ("78961009", "Spleen"),
    ("69695003", "Stomach"),
    ("122495006", "Thoracic spine"),
    ("51185008", "Thorax"),
    ("69748006", "Thyroid gland"),
    ("45653009", "Upper lobe of lung"),
    ("89837001", "Urinary bladder"),
    ("35039007", "Uterus"),
    ("421060004", "Vertebral column"),
)
"""Where it is, by its words."""

LATERALITIES: tuple[Code, ...] = _codes(
    ("24028007", "Right"), ("7771000", "Left"), ("51440002", "Right and left"), ("66459002", "Unilateral")
)
"""On which side (PS3.16 CID 244)."""


def coded(words: str, among: tuple[Code, ...]) -> Code | None:
    """Give the code of words, whatever the case; None where there is none."""
    wanted = words.strip().casefold()
    return next((each for each in among if each.meaning.casefold() == wanted), None)
