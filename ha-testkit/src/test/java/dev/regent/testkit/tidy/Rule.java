package dev.regent.testkit.tidy;

import java.util.List;

/** Something that every source must keep to. */
@FunctionalInterface
interface Rule {
    List<Violation> violations(SourceFile source);
}
