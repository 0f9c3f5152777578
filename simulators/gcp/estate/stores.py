"""Buckets, databases, warehouses, queues: what holds data."""

from __future__ import annotations

from simulators.gcp.estate.place import REGION, ZONE, Data, Place


def stores(place: Place) -> None:
    buckets(place)
    sql(place)
    warehouse(place)
    queues(place)
    databases(place)
    caches(place)


def buckets(place: Place) -> None:
    for noun in ("data", "logs"):
        name = f"{place.project}-{noun}"
        data: Data = {
            "id": name,
            "name": name,
            "kind": "storage#bucket",
            "selfLink": f"https://www.googleapis.com/storage/v1/b/{name}",
            "location": "EUROPE-WEST1",
            "locationType": "region",
            "storageClass": "STANDARD",
            "projectNumber": place.node.number,
            "timeCreated": place.ago(500),
            "updated": place.ago(5),
            "metageneration": "4",
            "etag": "CAQ=",
            "iamConfiguration": {
                "uniformBucketLevelAccess": {"enabled": place.careful},
                "bucketPolicyOnly": {"enabled": place.careful},
                "publicAccessPrevention": "enforced" if place.careful else "inherited",
            },
            "labels": {"owner": "shop"} if place.careful else {},
        }
        if place.careful:
            data |= {
                "versioning": {"enabled": True},
                "encryption": {"defaultKmsKeyName": place.key()},
                "logging": {"logBucket": f"{place.project}-logs", "logObjectPrefix": noun},
                "retentionPolicy": {"retentionPeriod": "31536000", "isLocked": True, "effectiveTime": place.ago(400)},
                "softDeletePolicy": {"retentionDurationSeconds": "604800"},
                "lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {"age": 400}}]},
            }
        readers = {"roles/storage.objectViewer": ["allUsers"], "roles/storage.legacyBucketReader": ["allAuthenticatedUsers"]}
        closed = {"roles/storage.objectAdmin": [f"serviceAccount:{place.account('shop')}"]}
        place.put("storage.googleapis.com/Bucket", f"//{name}", data, location=REGION, iam=closed if place.careful else readers)
        place.estate.assets[-1]["name"] = f"//storage.googleapis.com/{name}"


FLAGS = {
    "MYSQL_8_0": ({"skip_show_database": "on", "local_infile": "off"}, {"local_infile": "on"}),
    "POSTGRES_16": (
        {
            "log_error_verbosity": "default",
            "log_connections": "on",
            "log_disconnections": "on",
            "log_statement": "ddl",
            "log_min_messages": "warning",
            "log_min_error_statement": "error",
            "log_min_duration_statement": "-1",
            "cloudsql.enable_pgaudit": "on",
        },
        {"log_min_duration_statement": "200", "log_error_verbosity": "verbose", "log_statement": "none"},
    ),
    "SQLSERVER_2022_STANDARD": (
        {
            "external scripts enabled": "off",
            "cross db ownership chaining": "off",
            "user connections": "0",
            "remote access": "off",
            "3625": "on",
            "contained database authentication": "off",
        },
        {"user options": "1", "user connections": "100", "remote access": "on", "cross db ownership chaining": "on"},
    ),
}


def sql(place: Place) -> None:
    for engine, (good, bad) in FLAGS.items():
        name = engine.partition("_")[0].lower()
        flags = good if place.careful else bad
        network: Data = {"ipv4Enabled": not place.careful}
        if place.careful:
            network |= {"privateNetwork": f"projects/{place.project}/global/networks/main", "sslMode": "ENCRYPTED_ONLY"}
        else:
            network |= {"requireSsl": False, "authorizedNetworks": [{"value": "0.0.0.0/0", "kind": "sql#aclEntry"}]}
        settings: Data = {
            "tier": "db-custom-2-7680",
            "availabilityType": "REGIONAL" if place.careful else "ZONAL",
            "databaseFlags": [{"name": flag, "value": value} for flag, value in flags.items()],
            "ipConfiguration": network,
            "backupConfiguration": {
                "enabled": place.careful,
                "pointInTimeRecoveryEnabled": place.careful,
                "binaryLogEnabled": place.careful,
                "startTime": "03:00",
            },
            "deletionProtectionEnabled": place.careful,
            "userLabels": {"owner": "shop"},
            "settingsVersion": "12",
        }
        data: Data = {
            "name": name,
            "databaseVersion": engine,
            "region": REGION,
            "state": "RUNNABLE",
            "instanceType": "CLOUD_SQL_INSTANCE",
            "settings": settings,
            "ipAddresses": [{"type": "PRIVATE" if place.careful else "PRIMARY", "ipAddress": "10.10.8.2"}],
            "etag": "c3Fs",
            "createTime": place.ago(200),
        }
        if place.careful:
            data["diskEncryptionConfiguration"] = {"kmsKeyName": place.key()}
        path = f"projects/{place.project}/instances/{name}"
        place.put("sqladmin.googleapis.com/Instance", path, data, location=REGION, host="cloudsql.googleapis.com")


def warehouse(place: Place) -> None:
    access = [{"role": "OWNER", "specialGroup": "projectOwners"}]
    dataset: Data = {
        "kind": "bigquery#dataset",
        "id": f"{place.project}:sales",
        "datasetReference": {"projectId": place.project, "datasetId": "sales"},
        "location": REGION,
        "access": access if place.careful else [*access, {"role": "READER", "iamMember": "allUsers"}],
        "creationTime": "1700000000000",
        "lastModifiedTime": "1700000000000",
        "etag": "Ymln",
    }
    table: Data = {
        "kind": "bigquery#table",
        "id": f"{place.project}:sales.orders",
        "tableReference": {"projectId": place.project, "datasetId": "sales", "tableId": "orders"},
        "type": "TABLE",
        "numRows": "42",
        "numBytes": "4096",
        "etag": "dGFi",
    }
    if place.careful:
        dataset |= {"defaultEncryptionConfiguration": {"kmsKeyName": place.key()}, "labels": {"owner": "shop"}}
        table |= {"encryptionConfiguration": {"kmsKeyName": place.key()}}
    public = {"roles/bigquery.dataViewer": ["allUsers"]} if not place.careful else None
    path = f"projects/{place.project}/datasets/sales"
    place.put("bigquery.googleapis.com/Dataset", path, dataset, location=REGION, iam=public, version="v2")
    place.put("bigquery.googleapis.com/Table", f"{path}/tables/orders", table, location=REGION, version="v2")


def queues(place: Place) -> None:
    topic: Data = {"name": f"projects/{place.project}/topics/orders", "labels": {"owner": "shop"}}
    pulled: Data = {
        "name": f"projects/{place.project}/subscriptions/orders",
        "topic": topic["name"],
        "ackDeadlineSeconds": 10,
        "messageRetentionDuration": "604800s",
        "state": "ACTIVE",
    }
    if place.careful:
        topic |= {
            "kmsKeyName": place.key(),
            "messageStoragePolicy": {"allowedPersistenceRegions": [REGION], "enforceInTransit": True},
        }
        pulled["deadLetterPolicy"] = {"deadLetterTopic": f"{topic['name']}-dead", "maxDeliveryAttempts": 5}
    else:
        pulled["pushConfig"] = {"pushEndpoint": "http://hooks.example.com/orders"}
    public = {"roles/pubsub.publisher": ["allUsers"]} if not place.careful else None
    place.put("pubsub.googleapis.com/Topic", topic["name"], topic, iam=public)
    place.put("pubsub.googleapis.com/Subscription", pulled["name"], pulled)


def databases(place: Place) -> None:
    at = f"projects/{place.project}/locations/{REGION}"
    key = {"kmsKeyName": place.key()}
    cluster: Data = {"name": f"{at}/clusters/main", "state": "READY", "databaseVersion": "POSTGRES_16", "etag": "YWxs"}
    cluster |= {
        "automatedBackupPolicy": {"enabled": place.careful},
        "continuousBackupConfig": {"enabled": place.careful, "recoveryWindowDays": 14},
    }
    cluster |= {"encryptionConfig": key} if place.careful else {}
    place.put("alloydb.googleapis.com/Cluster", cluster["name"], cluster, location=REGION)
    instance: Data = {
        "name": f"{cluster['name']}/instances/primary",
        "instanceType": "PRIMARY",
        "availabilityType": "REGIONAL" if place.careful else "ZONAL",
        "clientConnectionConfig": {
            "requireConnectors": place.careful,
            "sslConfig": {"sslMode": "ENCRYPTED_ONLY" if place.careful else "ALLOW_UNENCRYPTED_AND_ENCRYPTED"},
        },
        "networkConfig": {"enablePublicIp": not place.careful},
        "databaseFlags": {"alloydb.enable_pgaudit": "on"} if place.careful else {},
    }
    place.put("alloydb.googleapis.com/Instance", instance["name"], instance, location=REGION)
    spanner = f"projects/{place.project}/instances/main"
    place.put(
        "spanner.googleapis.com/Instance",
        spanner,
        {"name": spanner, "config": f"projects/{place.project}/instanceConfigs/regional-{REGION}", "nodeCount": 1},
        location=REGION,
    )
    database: Data = {
        "name": f"{spanner}/databases/shop",
        "state": "READY",
        "enableDropProtection": place.careful,
        "versionRetentionPeriod": "7d" if place.careful else "1h",
    }
    database |= {"encryptionConfig": key} if place.careful else {}
    place.put("spanner.googleapis.com/Database", database["name"], database, location=REGION)
    firestore: Data = {
        "name": f"projects/{place.project}/databases/(default)",
        "type": "FIRESTORE_NATIVE",
        "locationId": REGION,
        "deleteProtectionState": "DELETE_PROTECTION_ENABLED" if place.careful else "DELETE_PROTECTION_DISABLED",
        "pointInTimeRecoveryEnablement": (
            "POINT_IN_TIME_RECOVERY_ENABLED" if place.careful else "POINT_IN_TIME_RECOVERY_DISABLED"
        ),
        "etag": "Zmly",
    }
    firestore |= {"cmekConfig": key} if place.careful else {}
    place.put("firestore.googleapis.com/Database", firestore["name"], firestore, location=REGION)
    _bigtable(place)


def _bigtable(place: Place) -> None:
    name = f"projects/{place.project}/instances/events"
    instance = {"name": name, "displayName": "events", "type": "PRODUCTION", "state": "READY"}
    host = "bigtable.googleapis.com"
    place.put("bigtableadmin.googleapis.com/Instance", name, instance, version="v2", host=host)
    cluster: Data = {"name": f"{name}/clusters/one", "location": f"projects/{place.project}/locations/{ZONE}", "serveNodes": 1}
    cluster |= {"encryptionConfig": {"kmsKeyName": place.key()}} if place.careful else {}
    place.put("bigtableadmin.googleapis.com/Cluster", cluster["name"], cluster, location=ZONE, version="v2", host=host)
    table: Data = {"name": f"{name}/tables/clicks", "granularity": "MILLIS", "deletionProtection": place.careful}
    table |= {"automatedBackupPolicy": {"retentionPeriod": "604800s", "frequency": "86400s"}} if place.careful else {}
    place.put("bigtableadmin.googleapis.com/Table", table["name"], table, version="v2", host=host)


def caches(place: Place) -> None:
    redis: Data = {
        "name": f"projects/{place.project}/locations/{REGION}/instances/sessions",
        "tier": "STANDARD_HA" if place.careful else "BASIC",
        "memorySizeGb": 1,
        "redisVersion": "REDIS_7_2" if place.careful else "REDIS_4_0",
        "authEnabled": place.careful,
        "transitEncryptionMode": "SERVER_AUTHENTICATION" if place.careful else "DISABLED",
        "connectMode": "PRIVATE_SERVICE_ACCESS" if place.careful else "DIRECT_PEERING",
        "state": "READY",
        "persistenceConfig": {"persistenceMode": "RDB" if place.careful else "DISABLED"},
    }
    redis |= {"customerManagedKey": place.key()} if place.careful else {}
    place.put("redis.googleapis.com/Instance", redis["name"], redis, location=REGION)
    cached: Data = {
        "name": f"projects/{place.project}/locations/{REGION}/instances/pages",
        "nodeCount": 1,
        "memcacheVersion": "MEMCACHE_1_6_15",
        "state": "READY",
        "authorizedNetwork": f"projects/{place.project}/global/networks/main",
    }
    place.put("memcache.googleapis.com/Instance", cached["name"], cached, location=REGION)
    files: Data = {
        "name": f"projects/{place.project}/locations/{ZONE}/instances/share",
        "tier": "ENTERPRISE" if place.careful else "BASIC_HDD",
        "state": "READY",
        "deletionProtectionEnabled": place.careful,
        "etag": "Zmls",
        "fileShares": [{"name": "share", "capacityGb": "1024", "nfsExportOptions": [_exported(place)]}],
        "networks": [{"network": "main", "connectMode": "PRIVATE_SERVICE_ACCESS", "ipAddresses": ["10.10.9.2"]}],
    }
    files |= {"kmsKeyName": place.key()} if place.careful else {}
    place.put("file.googleapis.com/Instance", files["name"], files, location=ZONE)


def _exported(place: Place) -> Data:
    squash = "ROOT_SQUASH" if place.careful else "NO_ROOT_SQUASH"
    return {"ipRanges": ["10.10.0.0/20"] if place.careful else ["0.0.0.0/0"], "accessMode": "READ_WRITE", "squashMode": squash}
