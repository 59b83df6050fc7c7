"""Names for people and groups of the demo force, put together so that nobody bears them."""

import numpy as np
from numpy.typing import NDArray

FORENAMES = tuple(
    start + end
    for start in ("Brizz", "Dvor", "Feln", "Grau", "Holv", "Ixt", "Jurr", "Lozz", "Mivv", "Noxt", "Pral", "Quev",
                  "Rulg", "Skam", "Tweff", "Urz", "Vlim", "Wozz", "Yabr", "Zorq")
    for end in ("addin", "ekko", "illow", "ombra", "urwen", "axo", "inque", "oreth")
)  # fmt: skip
SURNAMES = tuple(
    start + end
    for start in ("Abbr", "Blunk", "Cravv", "Drozz", "Eskw", "Fozz", "Gritch", "Husq", "Jolv", "Krimm", "Lusk",
                  "Morv", "Nibb", "Oxt", "Plaff", "Quorb", "Rasp", "Stolv", "Thrunk", "Umbl", "Vusk", "Wexl", "Yolk",
                  "Zimb")
    for end in ("endrake", "ovane", "indleth", "awickle", "ermoot", "olathe", "igganby", "asparrow", "umberdale")
)  # fmt: skip
GROUP_NAMES = tuple(
    start + end
    for start in ("Brindl", "Cask", "Dovr", "Elvr", "Fasc", "Gorm", "Hesk", "Jarr", "Lundr", "Pelk", "Tamb", "Vorst")
    for end in ("aquor", "exelle", "ivond", "ommeret", "uvane", "arrixo", "enquo", "olskar", "ytheron", "umbrelow")
)


def draw_person_names(count: int, rng: np.random.Generator) -> NDArray[np.str_]:
    """Forename and surname of each of `count` people, no two the same; str (count,)."""
    pair = rng.choice(len(FORENAMES) * len(SURNAMES), count, replace=False)
    forename, surname = np.divmod(pair, len(SURNAMES))
    return np.char.add(np.char.add(np.array(FORENAMES)[forename], " "), np.array(SURNAMES)[surname])


def draw_group_names(count: int, rng: np.random.Generator) -> NDArray[np.str_]:
    """A name for each of `count` groups, no two the same; str (count,)."""
    return rng.choice(np.array(GROUP_NAMES), count, replace=False)
