"""What may be promised in place of a paper in matters of registration; where a place takes no promise of it, its own
rules say so. 国办发〔2020〕42号."""
from linli.kernel.text import Both
from linli.work.hall.registry import Promise

BASIS = "《行政许可法》第六十九条"
"""What was obtained by deceit is revoked."""
_CHECKED = Both("Within the time that the rules set after the decision, the office asks for the paper or visits the"
                " address.", "决定作出后，登记管理机关在规定期限内核对场所使用权证明原件，或者到住所现场核查。")
PREMISES = Promise(
    Both("The organisation has the right to use the premises at the address named in this application for at least a"
         " year. The paper that proves it exists, and I can show it.",
         "本组织对所填住所拥有一年以上的使用权，持有真实有效的使用权证明，可随时提供核验。"), _CHECKED)
NEW_PREMISES = Promise(
    Both("The organisation has the right to use the new premises. The paper that proves it exists, and I can show it.",
         "本组织对新住所拥有使用权，持有真实有效的使用权证明，可随时提供核验。"), _CHECKED)
