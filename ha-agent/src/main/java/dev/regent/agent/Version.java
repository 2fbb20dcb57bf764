package dev.regent.agent;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class Version implements IVersionProvider {
    public Version() {}

    @Override
    public String[] getVersion() {
        return new String[] {"Regent " + number()};
    }

    /** The version alone. */
    public static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
