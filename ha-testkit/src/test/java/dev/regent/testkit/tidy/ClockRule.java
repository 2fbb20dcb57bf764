package dev.regent.testkit.tidy;

import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Time and chance come in from outside, so that the simulation owns them: nothing reads a clock, sleeps or throws dice but
 * who is allowed to. Tests may, except those of the decision and the engine.
 */
final class ClockRule implements Rule {
    private static final Pattern FORBIDDEN = Pattern.compile("(.*\\.)?("
            + "System\\.(nanoTime|currentTimeMillis)"
            + "|Thread\\.sleep|TimeUnit\\.\\w+\\.sleep|LockSupport\\.park(Nanos|Until)"
            + "|Clock\\.(system|tick)\\w*"
            + "|Math\\.random|ThreadLocalRandom\\.current|UUID\\.randomUUID"
            + ")");
    private static final Pattern NOW = Pattern.compile("(.*\\.)?(Instant|\\w*Date|\\w*Time|Year|YearMonth)\\.now");
    private static final Pattern FORBIDDEN_CLASS =
            Pattern.compile("(.*\\.)?(Random|SecureRandom|SplittableRandom|Date|Timer)");

    private final Allowances allowed;

    ClockRule(Allowances allowed) {
        this.allowed = allowed;
    }

    @Override
    public List<Violation> violations(SourceFile source) {
        boolean applies = source.isMain() || source.module().equals("ha-api");
        if (!applies) {
            return List.of();
        }
        List<Violation> found = new ArrayList<>();
        source.tree().accept(new Scanner(source, found), null);
        return found.isEmpty() || allowed.allows("clock", source.className()) ? List.of() : found;
    }

    private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final SourceFile source;
        private final List<Violation> found;

        Scanner(SourceFile source, List<Violation> found) {
            this.source = source;
            this.found = found;
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void unused) {
            check(select, select.toString(), FORBIDDEN);
            return super.visitMemberSelect(select, null);
        }

        @Override
        public @Nullable Void visitMemberReference(MemberReferenceTree reference, @Nullable Void unused) {
            String member = reference.getQualifierExpression() + "." + reference.getName();
            check(reference, member, FORBIDDEN);
            check(reference, member, NOW);
            return super.visitMemberReference(reference, null);
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
            // With an argument it asks a clock that it was given.
            if (call.getArguments().isEmpty()) {
                check(call, call.getMethodSelect().toString(), NOW);
            }
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree created, @Nullable Void unused) {
            check(created, created.getIdentifier().toString(), FORBIDDEN_CLASS);
            return super.visitNewClass(created, null);
        }

        private void check(Tree place, String name, Pattern forbidden) {
            if (forbidden.matcher(name).matches()) {
                found.add(source.violation(
                        source.firstLine(place),
                        "uses " + name + ": take a Ticker, a Clock or a seed, or allow it in tidy/allowed.txt"));
            }
        }
    }
}
