namespace MlOps.Models;

/// <summary>Maps an input column to one member, or to one member for each element of a vector.</summary>
internal sealed record InputBinding(ModelColumn Column, IReadOnlyList<RowMember> Members);
