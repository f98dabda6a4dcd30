"""Visits, who waits for one, what is disputed of one, and calendars of them."""
from linli.work.orders.models.disputes import Dispute as Dispute
from linli.work.orders.models.disputes import Statement as Statement
from linli.work.orders.models.feeds import Feed as Feed
from linli.work.orders.models.line import Turn as Turn
from linli.work.orders.models.line import Wait as Wait
from linli.work.orders.models.visits import Bundled as Bundled
from linli.work.orders.models.visits import Diary as Diary
from linli.work.orders.models.visits import Order as Order
from linli.work.orders.models.visits import Participant as Participant
from linli.work.orders.models.visits import Proof as Proof
