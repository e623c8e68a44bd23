using MlOps.DependencyInjection;

namespace MlOps.Serving;

/// <summary>A section of a model loader: below <c>MlOps</c> for all models, and below <c>MlOps:Models:&lt;name&gt;</c> for one.</summary>
/// <param name="Name">The name of the section.</param>
/// <param name="Shape">The shape of the section.</param>
/// <param name="Validate">Reads the options of the model with a name, which throws if they are not valid.</param>
internal sealed record ModelLoaderSection(string Name, SettingShape Shape, Action<IServiceProvider, string> Validate);
