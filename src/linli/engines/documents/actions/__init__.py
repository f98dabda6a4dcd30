from linli.engines.documents.actions.issuing import Issued as Issued
from linli.engines.documents.actions.issuing import issue as issue
from linli.engines.documents.actions.issuing import reissue as reissue
from linli.engines.documents.actions.issuing import revoke as revoke
from linli.engines.documents.actions.issuing import revoke_about as revoke_about
from linli.engines.documents.rules.states import Reason as Reason
from linli.engines.documents.rules.states import Withdrawal as Withdrawal
