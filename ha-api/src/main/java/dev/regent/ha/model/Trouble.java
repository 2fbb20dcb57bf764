package dev.regent.ha.model;

/**
 * What is wrong with a member's server or its storage, in the member's words. Immutable.
 *
 * @param finding in two words, {@code disk full} for example
 * @param why what was expected, what was found and what to do
 */
public record Trouble(String finding, String why) {}
