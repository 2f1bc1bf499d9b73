"""
Test support for users of the library: Hypothesis strategies, fake numbers, store laws.

Install the extra `testing`. No other part of the package imports from here.

* `eduid_core.testing.strategies` -- `resident_ids`, `phones`, `person_names`, `applications`, `registries`,
  `journeys`;
* `eduid_core.testing.fakes` -- seeded numbers of every kind that cannot belong to a living person;
* `eduid_core.testing.conformance.sms` -- the laws of an SMS sender as a test class, and a scripted provider;
* `eduid_core.testing.conformance.store` -- the laws of a store, their model, and a broken twin for each law;
"""
