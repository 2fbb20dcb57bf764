package dev.regent.testkit.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A Java file as text and as the compiler parses it. Immutable. */
final class SourceFile {
    private final Path path;
    private final String text;
    private final CompilationUnitTree tree;
    private final SourcePositions positions;

    private SourceFile(Path path, String text) {
        this.path = path;
        this.text = text;
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavacTask task = (JavacTask)
                compiler.getTask(null, null, diagnostic -> {}, List.of("-proc:none"), null, List.of(new Text(text)));
        try {
            this.tree = task.parse().iterator().next();
        } catch (IOException impossible) {
            throw new IllegalStateException("expected to parse a string", impossible);
        }
        this.positions = Trees.instance(task).getSourcePositions();
    }

    static SourceFile read(Path root, Path file) throws IOException {
        return new SourceFile(root.relativize(file), Files.readString(file));
    }

    /** A file that exists only here. */
    static SourceFile of(String path, String text) {
        return new SourceFile(Path.of(path), text);
    }

    Path path() {
        return path;
    }

    String text() {
        return text;
    }

    CompilationUnitTree tree() {
        return tree;
    }

    /** The module's folder, for example {@code ha-api}. */
    String module() {
        return path.getName(0).toString();
    }

    boolean isMain() {
        return path.startsWith(Path.of(module(), "src", "main"));
    }

    boolean isModuleInfo() {
        return path.endsWith("module-info.java");
    }

    boolean isPackageInfo() {
        return path.endsWith("package-info.java");
    }

    String packageName() {
        return Optional.ofNullable(tree.getPackageName()).map(Object::toString).orElse("");
    }

    /** The name of the top-level class with its package. */
    String className() {
        String file = path.getFileName().toString();
        return packageName() + "." + file.substring(0, file.indexOf('.'));
    }

    long lines() {
        return text.lines().count();
    }

    long firstLine(Tree part) {
        return tree.getLineMap().getLineNumber(positions.getStartPosition(tree, part));
    }

    long lastLine(Tree part) {
        return tree.getLineMap().getLineNumber(positions.getEndPosition(tree, part));
    }

    Violation violation(long line, String what) {
        return new Violation(path, line, what);
    }

    private static final class Text extends SimpleJavaFileObject {
        private final String text;

        Text(String text) {
            super(URI.create("string:///Source.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
