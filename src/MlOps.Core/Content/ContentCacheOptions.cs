namespace MlOps.Content;

/// <summary>The settings of the cache that keeps content read from a store on a local disk, section <c>MlOps:Content:Cache</c>.</summary>
/// <remarks>One cache serves all stores of a process, and any number of the user's processes may share its folder. Read once, when first used; a change takes effect after a restart.</remarks>
public sealed class ContentCacheOptions
{
    /// <summary>The name of the configuration section, below <c>MlOps</c>.</summary>
    internal const string SectionName = "Content:Cache";

    /// <summary>Gets or sets the folder of the cache. It is created when first needed, private to the user, and may be deleted at any time.</summary>
    /// <value>
    /// The default, <see langword="null"/>, caches nothing. The folder may hold other files, which are never deleted. A folder with files that are named like cached
    /// ones and that no cache put there is not used.
    /// </value>
    public string? Folder { get; set; }

    /// <summary>Gets or sets how many bytes the cache may hold; what was used least recently makes room for what is new.</summary>
    /// <value>The default is 10 GiB; at least 1. A larger file is not cached. Processes that fill one folder at once may exceed it by a sixteenth each.</value>
    public long MaxSize { get; set; } = 10L << 30;
}
