package dev.regent.rest;

/** Whether clients of the API show certificates. */
public enum ClientCertificates {
    /** They are not asked for one. */
    NONE,
    /** Who wants to change something needs one; who shows one that is not good is not spoken to. */
    OPTIONAL,
    /** Nobody is spoken to without one. */
    REQUIRED
}
