namespace MlOps.Storage;

/// <summary>Which of the registered artifact stores the application uses, section <c>MlOps:Storage</c>.</summary>
/// <remarks>Read once, when first used; a change takes effect after a restart.</remarks>
public sealed class StorageOptions
{
    /// <summary>Gets or sets the key of the store that <see cref="IArtifactStore"/> resolves to.</summary>
    /// <value>The default is <c>LocalDisk</c>. One string is the service key, the options name and the section name; here it may be in any case, keyed services are asked for in the one they were registered in.</value>
    public string Provider { get; set; } = LocalDiskStorageOptions.DefaultKey;
}
