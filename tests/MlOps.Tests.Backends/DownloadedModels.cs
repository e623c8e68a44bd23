namespace MlOps.Tests.Backends;

/// <summary>Models of others, which <c>tests/servers/models.sh</c> downloads.</summary>
public static class DownloadedModels
{
    private static readonly ServerScript s_script = new("models");

    /// <summary>Gets the folder of the models; skips the calling test with the reason if they are not downloaded, or fails it where servers are
    /// required.</summary>
    public static Task<string> RequireAsync() => s_script.RequireAsync();
}
