"""What all adapters share: one detector for each policy, however the policy is given."""

from detector.detector import Detector
from detector.finding import Status
from detector.integrations.common import check, shared_detector
from detector.policy import Action, Policy

IGNORING = {"default": Action.IGNORE}


def test_a_policy_has_one_detector_whether_it_is_named_or_given():
    assert shared_detector() is shared_detector("cabinet") is shared_detector(None)
    assert shared_detector(Policy("own", IGNORING)) is shared_detector(Policy("own", IGNORING))
    assert shared_detector("strict") is not shared_detector("cabinet")


def test_a_text_is_checked_under_a_policy_of_ones_own():
    assert check("porteuse sida", policy=Policy("own", IGNORING)).status is Status.CLEAR
    assert check("porteuse sida").flagged


def test_a_detector_of_a_name_does_what_the_policy_of_that_name_does():
    assert shared_detector("strict").policy == Detector("strict").policy
