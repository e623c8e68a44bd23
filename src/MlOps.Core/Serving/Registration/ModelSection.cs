using MlOps.DependencyInjection;

namespace MlOps.Serving;

/// <summary>The configuration section of a package: below <c>MlOps</c> for all models, and below <c>MlOps:Models:&lt;name&gt;</c> for one model.</summary>
/// <param name="Name">The name of the section.</param>
/// <param name="Shape">The shape of the section.</param>
/// <param name="Validate">Validates the options of the named model by reading them. Throws if they are not valid.</param>
internal sealed record ModelSection(string Name, SettingShape Shape, Action<IServiceProvider, string> Validate);
