package dev.regent.postgres;

import dev.regent.ha.model.NodeName;
import dev.regent.testkit.contract.ManagedDatabaseContract;
import dev.regent.testkit.contract.ServerUnderTest;

/** PostgreSQL keeps the contract of a managed server. */
class PostgresDatabaseContractIT extends ManagedDatabaseContract {
    @Override
    protected ServerUnderTest newServer(NodeName name) throws Exception {
        return RealServer.create(name.value());
    }
}
