package dev.regent.testkit.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files and methods of readable size, names that say what a thing is, nothing left for later. */
final class ShapeRule implements Rule {
    static final int LONGEST_FILE = 450;
    static final int LONGEST_METHOD = 60;

    private static final Pattern EMPTY_NAME =
            Pattern.compile("(Default|Base|Abstract)[A-Z].*|.*(Impl|Manager|Helper|Utils?)");

    /** In two parts, or this very file would break the rule. */
    private static final Pattern FOR_LATER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private static final String SKIPPED_TEST = "Disabled";

    @Override
    public List<Violation> violations(SourceFile source) {
        List<Violation> found = new ArrayList<>();
        if (source.lines() > LONGEST_FILE) {
            found.add(source.violation(
                    LONGEST_FILE, "has " + source.lines() + " lines, more than " + LONGEST_FILE + ": split it"));
        }
        long number = 0;
        for (String line : source.text().lines().toList()) {
            number++;
            if (FOR_LATER.matcher(line).find()) {
                found.add(source.violation(number, "leaves something for later: do it, or open an issue"));
            }
        }
        source.tree().accept(new Scanner(source, found), null);
        return found;
    }

    private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final SourceFile source;
        private final List<Violation> found;

        Scanner(SourceFile source, List<Violation> found) {
            this.source = source;
            this.found = found;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            long lines = source.lastLine(method) - source.firstLine(method) + 1;
            if (lines > LONGEST_METHOD) {
                found.add(source.violation(
                        source.firstLine(method),
                        method.getName() + "() has " + lines + " lines, more than " + LONGEST_METHOD + ": split it"));
            }
            return super.visitMethod(method, null);
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
            if (EMPTY_NAME.matcher(type.getSimpleName()).matches()) {
                found.add(source.violation(
                        source.firstLine(type),
                        type.getSimpleName() + " does not say what it is: name it by its mechanism"));
            }
            return super.visitClass(type, null);
        }

        @Override
        public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void unused) {
            if (annotation.getAnnotationType().toString().startsWith(SKIPPED_TEST)) {
                found.add(source.violation(source.firstLine(annotation), "skips a test: repair it or delete it"));
            }
            return super.visitAnnotation(annotation, null);
        }
    }
}
